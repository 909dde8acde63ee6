@echo off
setlocal
rem Starts the probe beside this file (docs/windows-probe.md). PowerShell keeps no module cache on the laptop.
set "PSModuleAnalysisCachePath=nul"
set "shell=%SystemRoot%\System32\WindowsPowerShell\v1.0\powershell.exe"
"%shell%" -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "%~dp0probe.ps1" %*
exit /b %ERRORLEVEL%
