# Takes a laptop's evidence under Windows and writes it as one bundle to the stick that this script lies on.
#
# For Windows PowerShell 5.1, which every Windows 10 and 11 has, at Shift+F10 on the first start too. It is read-only:
# it sets nothing, installs nothing, sends nothing, compiles nothing, and writes only into its own folder or
# -OutputFolder. It ships what Windows answers and interprets nothing. What could not be read is listed with its reason:
#   ENOENT      Windows says that it is not there
#   EACCES      this user may not read it
#   ETIMEDOUT   it did not answer in time
#   EIO         anything else
#   left out    nobody asked
# Secrets: of product keys the last five characters are kept; the Autopilot hardware hash is encrypted to seal.xml.
#
# Exit status: 0 written, 1 written but not whole (no administrator, or no time), 2 wrong folder, 3 nothing written.

param(
    [string] $OutputFolder = '',
    [int] $Seconds = 16
)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$WarningPreference = 'SilentlyContinue'

if ([string] $ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') {
    Write-Host 'This Windows lets no script read the hardware: S mode, or a policy.'
    Write-Host 'Nothing was written. Start the laptop from the bench stick.'
    exit 3
}

# ---- what is kept until the bundle is written ------------------------------------------------------------

$script:ProbeName = 'intake-probe-windows'
$script:ProbeVersion = '0.1.0'
$script:LargestItem = 4194304
$script:LargestBundle = 16777216
$script:MostRows = 512
$script:LongestText = 1024
$script:NoTime = 'left out: the time for this capture was over'
$script:Items = New-Object System.Collections.ArrayList
$script:Total = 0
$script:Short = 0
$script:Windows = [ordered]@{}
$script:Registry = [ordered]@{}
$script:Errors = [ordered]@{}
$script:Folder = ''
$script:Firmware = $null

function Get-SecondsLeft {
    return $script:Seconds - $script:Clock.Elapsed.TotalSeconds
}

function Test-TimeIsUp {
    # True, and noted for the item `windows`, where there is no time left to ask.
    param([string] $What)
    if ((Get-SecondsLeft) -ge 1) { return $false }
    $script:Errors[$What] = $script:NoTime
    $script:Short = $script:Short + 1
    return $true
}

function Get-Timeout {
    # Whole seconds for one question: at most $Longest, and never past the end of the capture.
    param([int] $Longest)
    return [uint32] [Math]::Max(1, [Math]::Min($Longest, [Math]::Floor((Get-SecondsLeft))))
}

function Get-CleanText {
    param([string] $Text)
    $line = ($Text -replace '[\x00-\x1f\x7f]+', ' ').Trim()
    if ($line.Length -gt 160) { $line = $line.Substring(0, 160) }
    return $line
}

function Get-ReasonWord {
    # The one word that says why an exception was thrown; nothing of its text.
    param($ErrorRecord)
    $exception = $ErrorRecord.Exception
    if ($exception -is [System.Management.Automation.MethodInvocationException]) {
        $exception = $exception.GetBaseException()
    }
    if ($exception -is [Microsoft.Management.Infrastructure.CimException]) {
        $code = [string] $exception.NativeErrorCode
        if ($code -eq 'AccessDenied') { return 'EACCES' }
        if (@('InvalidClass', 'InvalidNamespace', 'NotFound', 'NotSupported') -contains $code) { return 'ENOENT' }
        return 'EIO'
    }
    if ($exception -is [System.Management.Automation.CommandNotFoundException]) { return 'ENOENT' }
    if ($exception -is [System.UnauthorizedAccessException]) { return 'EACCES' }
    if ($exception -is [System.Security.SecurityException]) { return 'EACCES' }
    return 'EIO'
}

function Get-Reason {
    param($ErrorRecord)
    $word = Get-ReasonWord $ErrorRecord
    if ($word -eq 'EACCES') { $script:Short = $script:Short + 1 }
    return '{0}: {1}' -f $word, (Get-CleanText $ErrorRecord.Exception.Message)
}

function Get-Hex {
    param([byte[]] $Bytes)
    return [System.BitConverter]::ToString($Bytes).Replace('-', '').ToLowerInvariant()
}

function Get-Sha256 {
    param([byte[]] $Bytes)
    $sha = [System.Security.Cryptography.SHA256]::Create()
    try {
        return Get-Hex ($sha.ComputeHash($Bytes))
    } finally {
        $sha.Dispose()
    }
}

function Get-RandomBytes {
    param([int] $Count)
    $bytes = [byte[]]::new($Count)
    $source = [System.Security.Cryptography.RandomNumberGenerator]::Create()
    try {
        $source.GetBytes($bytes)
    } finally {
        $source.Dispose()
    }
    return , $bytes
}

function Add-Evidence {
    # One item of the bundle. What is over the limits is cut and marked, and the rest goes on.
    param(
        [string] $Id,
        [string] $Source,
        [byte[]] $Data,
        [string] $Reason = '',
        [long] $Began = 0,
        $ExitCode = $null
    )
    $cut = $false
    if ($null -eq $Data) { $Data = [byte[]]::new(0) }
    if ($Data.Length -gt $script:LargestItem) {
        $shorter = [byte[]]::new($script:LargestItem)
        [System.Array]::Copy($Data, $shorter, $script:LargestItem)
        $Data = $shorter
        $cut = $true
    }
    if ($script:Total + $Data.Length -gt $script:LargestBundle) {
        $Data = [byte[]]::new(0)
        $Reason = 'left out: the bundle is larger than 16 MiB'
        $cut = $true
    }
    $script:Total = $script:Total + $Data.Length
    if ($Reason.StartsWith('left out: the time')) { $script:Short = $script:Short + 1 }
    $missing = ($Reason -ne '') -and ($Data.Length -eq 0)
    $meta = [ordered]@{
        'id' = $Id
        'file' = ''
        'source' = $Source
        'exit' = $ExitCode
        'ms' = $script:Clock.ElapsedMilliseconds - $Began
        'size' = $Data.Length
        'sha256' = ''
        'truncated' = $cut
        'error' = $null
    }
    if (-not $missing) {
        $meta['file'] = 'items/' + $Id
        $meta['sha256'] = Get-Sha256 $Data
    }
    if ($Reason -ne '') { $meta['error'] = $Reason }
    [void] $script:Items.Add(@{ 'Meta' = $meta; 'Data' = $Data })
}

# ---- CIM classes -----------------------------------------------------------------------------------------

function ConvertTo-Plain {
    # A value that JSON can hold: texts cut, times as UTC, arrays as lists.
    param($Value)
    if ($null -eq $Value) { return $null }
    if ($Value -is [string]) {
        if ($Value.Length -gt $script:LongestText) { return $Value.Substring(0, $script:LongestText) }
        return $Value
    }
    if ($Value -is [datetime]) {
        $format = "yyyy-MM-dd'T'HH:mm:ss'Z'"
        return $Value.ToUniversalTime().ToString($format, [System.Globalization.CultureInfo]::InvariantCulture)
    }
    if (($Value -is [double]) -or ($Value -is [single])) {
        if ([double]::IsNaN($Value) -or [double]::IsInfinity($Value)) { return $null }
        return $Value
    }
    if ($Value -is [System.Array]) {
        # Not an array: Windows PowerShell may write one of those as {"value": ..., "Count": ...}.
        $list = New-Object System.Collections.ArrayList
        foreach ($one in $Value) {
            if ($list.Count -ge $script:MostRows) { break }
            [void] $list.Add((ConvertTo-Plain $one))
        }
        return , $list
    }
    if ($Value.GetType().IsPrimitive) { return $Value }
    return Get-CleanText ([string] $Value)
}

function Get-MaskedKey {
    # A product key with everything but its last five characters gone; nothing at all of a text of another shape.
    param([string] $Key)
    if ($Key -cmatch '^(?:[A-Z0-9]{5}-){4}([A-Z0-9]{5})\z') { return 'XXXXX-XXXXX-XXXXX-XXXXX-' + $Matches[1] }
    return ''
}

function Get-Instances {
    # The instances of a class. Asked with a list of properties it is much faster; a Windows that lacks one refuses.
    param([string] $Namespace, [string] $Class, [string[]] $Properties, [string] $Filter, [int] $Longest)
    $question = @{
        Namespace = $Namespace
        ClassName = $Class
        OperationTimeoutSec = Get-Timeout $Longest
        ErrorAction = 'Stop'
    }
    if ($Filter -ne '') { $question['Filter'] = $Filter }
    try {
        return Get-CimInstance @question -Property $Properties
    } catch [Microsoft.Management.Infrastructure.CimException] {
        $code = [string] $_.Exception.NativeErrorCode
        if (@('InvalidQuery', 'InvalidProperty', 'InvalidParameter', 'NoSuchProperty') -notcontains $code) { throw }
    }
    $question['OperationTimeoutSec'] = Get-Timeout $Longest
    return Get-CimInstance @question
}

function Get-Row {
    param($Instance, [string[]] $Properties, [string] $KeyProperty)
    $row = [ordered]@{}
    foreach ($name in $Properties) {
        $property = $Instance.CimInstanceProperties[$name]
        if ($null -eq $property) { continue }
        if ($name -eq $KeyProperty) {
            $row[$name] = Get-MaskedKey ([string] $property.Value)
        } else {
            $row[$name] = ConvertTo-Plain $property.Value
        }
    }
    return $row
}

function Add-Rows {
    # The rows of one class for the item `windows`, or why there are none.
    param(
        [string] $Namespace,
        [string] $Class,
        [string[]] $Properties,
        [string] $Filter = '',
        [string] $KeyProperty = '',
        [int] $Longest = 4
    )
    if (Test-TimeIsUp $Class) { return }
    $began = $script:Clock.ElapsedMilliseconds
    $timeout = Get-Timeout $Longest
    try {
        $rows = New-Object System.Collections.ArrayList
        foreach ($instance in @(Get-Instances $Namespace $Class $Properties $Filter $Longest)) {
            if ($rows.Count -ge $script:MostRows) { break }
            [void] $rows.Add((Get-Row $instance $Properties $KeyProperty))
        }
        $script:Windows[$Class] = $rows
    } catch {
        $reason = Get-Reason $_
        if ($script:Clock.ElapsedMilliseconds - $began -ge 1000 * $timeout) {
            $reason = 'ETIMEDOUT: no answer in {0} s' -f $timeout
            $script:Short = $script:Short + 1
        }
        $script:Errors[$Class] = $reason
    }
}

function Add-ReliabilityCounters {
    # These exist only as something that belongs to a disk.
    $class = 'MSFT_StorageReliabilityCounter'
    $properties = @(
        'DeviceId', 'Wear', 'Temperature', 'TemperatureMax', 'PowerOnHours', 'StartStopCycleCount',
        'LoadUnloadCycleCount', 'ManufactureDate', 'ReadErrorsTotal', 'ReadErrorsCorrected', 'ReadErrorsUncorrected',
        'WriteErrorsTotal', 'WriteErrorsCorrected', 'WriteErrorsUncorrected'
    )
    if (Test-TimeIsUp $class) { return }
    try {
        $space = 'root\microsoft\windows\storage'
        $rows = New-Object System.Collections.ArrayList
        $disks = @(
            Get-CimInstance -Namespace $space -ClassName 'MSFT_PhysicalDisk' -OperationTimeoutSec (Get-Timeout 4)
        )
        foreach ($disk in $disks) {
            if (($rows.Count -ge 64) -or ((Get-SecondsLeft) -lt 1)) { break }
            $found = @(
                Get-CimAssociatedInstance -InputObject $disk -Namespace $space -ResultClassName $class `
                    -OperationTimeoutSec (Get-Timeout 3)
            )
            foreach ($instance in $found) { [void] $rows.Add((Get-Row $instance $properties '')) }
        }
        $script:Windows[$class] = $rows
    } catch {
        $script:Errors[$class] = Get-Reason $_
    }
}

function Get-Classes {
    # What is asked of Windows, the identity first: namespace, class, properties.
    $cimv2 = 'root\cimv2'
    $wmi = 'root\wmi'
    $storage = 'root\microsoft\windows\storage'
    return @(
        @($cimv2, 'Win32_BIOS', @(
            'Manufacturer', 'Name', 'Version', 'SMBIOSBIOSVersion', 'SMBIOSMajorVersion', 'SMBIOSMinorVersion',
            'SerialNumber', 'ReleaseDate', 'EmbeddedControllerMajorVersion', 'EmbeddedControllerMinorVersion')),
        @($cimv2, 'Win32_ComputerSystem', @(
            'Manufacturer', 'Model', 'SystemSKUNumber', 'SystemFamily', 'SystemType', 'PCSystemType', 'PCSystemTypeEx',
            'ChassisSKUNumber', 'TotalPhysicalMemory', 'NumberOfProcessors', 'NumberOfLogicalProcessors',
            'HypervisorPresent', 'BootupState', 'AdminPasswordStatus', 'PowerOnPasswordStatus',
            'KeyboardPasswordStatus')),
        @($cimv2, 'Win32_ComputerSystemProduct', @(
            'Vendor', 'Name', 'Version', 'IdentifyingNumber', 'UUID', 'SKUNumber')),
        @($cimv2, 'Win32_BaseBoard', @('Manufacturer', 'Product', 'Version', 'SerialNumber')),
        @($cimv2, 'Win32_SystemEnclosure', @(
            'Manufacturer', 'ChassisTypes', 'SerialNumber', 'SMBIOSAssetTag', 'SKU', 'Version')),
        @($cimv2, 'Win32_Processor', @(
            'Name', 'Manufacturer', 'Description', 'NumberOfCores', 'NumberOfEnabledCore',
            'NumberOfLogicalProcessors', 'MaxClockSpeed', 'Architecture', 'Family', 'ProcessorId',
            'SocketDesignation', 'CpuStatus')),
        @($cimv2, 'Win32_PhysicalMemory', @(
            'Capacity', 'SMBIOSMemoryType', 'MemoryType', 'FormFactor', 'Speed', 'ConfiguredClockSpeed',
            'DeviceLocator', 'BankLabel', 'Manufacturer', 'PartNumber', 'SerialNumber', 'DataWidth', 'TotalWidth')),
        @($cimv2, 'Win32_PhysicalMemoryArray', @('MemoryDevices', 'MaxCapacity', 'MaxCapacityEx', 'Use', 'Location')),
        @($cimv2, 'Win32_OperatingSystem', @(
            'Caption', 'Version', 'BuildNumber', 'OperatingSystemSKU', 'OSArchitecture', 'ProductType', 'InstallDate',
            'LastBootUpTime', 'LocalDateTime', 'CurrentTimeZone', 'OSLanguage', 'MUILanguages',
            'TotalVisibleMemorySize')),
        @($storage, 'MSFT_PhysicalDisk', @(
            'DeviceId', 'FriendlyName', 'Model', 'SerialNumber', 'AdapterSerialNumber', 'FirmwareVersion', 'BusType',
            'MediaType', 'SpindleSpeed', 'Size', 'HealthStatus', 'OperationalStatus', 'PhysicalSectorSize',
            'LogicalSectorSize', 'UniqueId', 'PartNumber')),
        @($storage, 'MSFT_Disk', @(
            'Number', 'FriendlyName', 'Model', 'SerialNumber', 'FirmwareVersion', 'BusType', 'PartitionStyle', 'Size',
            'AllocatedSize', 'IsBoot', 'IsSystem', 'IsReadOnly', 'IsOffline', 'HealthStatus', 'NumberOfPartitions')),
        @($cimv2, 'Win32_DiskDrive', @(
            'Index', 'DeviceID', 'Model', 'SerialNumber', 'FirmwareRevision', 'InterfaceType', 'MediaType', 'Size',
            'BytesPerSector', 'Partitions', 'PNPDeviceID', 'Status')),
        @($cimv2, 'Win32_Battery', @(
            'DeviceID', 'Name', 'Chemistry', 'DesignCapacity', 'FullChargeCapacity', 'DesignVoltage',
            'EstimatedChargeRemaining', 'EstimatedRunTime', 'BatteryStatus', 'Status')),
        @($wmi, 'BatteryStaticData', @(
            'InstanceName', 'Tag', 'DesignedCapacity', 'DeviceName', 'ManufactureName', 'SerialNumber', 'UniqueID',
            'Chemistry', 'ManufactureDate', 'Technology', 'Capabilities')),
        @($wmi, 'BatteryFullChargedCapacity', @('InstanceName', 'Tag', 'FullChargedCapacity')),
        @($wmi, 'BatteryCycleCount', @('InstanceName', 'Tag', 'CycleCount')),
        @($wmi, 'BatteryStatus', @(
            'InstanceName', 'Tag', 'Active', 'PowerOnline', 'Charging', 'Discharging', 'Critical', 'ChargeRate',
            'DischargeRate', 'RemainingCapacity', 'Voltage')),
        @($wmi, 'WmiMonitorID', @(
            'InstanceName', 'Active', 'ManufacturerName', 'ProductCodeID', 'SerialNumberID', 'UserFriendlyName',
            'WeekOfManufacture', 'YearOfManufacture')),
        @($wmi, 'WmiMonitorBasicDisplayParams', @(
            'InstanceName', 'Active', 'MaxHorizontalImageSize', 'MaxVerticalImageSize', 'VideoInputType',
            'DisplayTransferCharacteristic')),
        @($wmi, 'WmiMonitorConnectionParams', @('InstanceName', 'Active', 'VideoOutputTechnology')),
        @($cimv2, 'Win32_VideoController', @(
            'Name', 'DeviceID', 'PNPDeviceID', 'AdapterCompatibility', 'VideoProcessor', 'AdapterRAM',
            'DriverVersion', 'DriverDate', 'InstalledDisplayDrivers', 'CurrentHorizontalResolution',
            'CurrentVerticalResolution', 'CurrentRefreshRate', 'Status', 'ConfigManagerErrorCode')),
        @('root\StandardCimv2', 'MSFT_NetAdapter', @(
            'Name', 'InterfaceDescription', 'PermanentAddress', 'NdisMedium', 'NdisPhysicalMedium', 'InterfaceType',
            'Virtual', 'Hidden', 'HardwareInterface', 'ConnectorPresent', 'PnPDeviceID', 'ComponentID',
            'DriverDescription', 'DriverProvider', 'DriverName', 'MediaConnectState')),
        @($cimv2, 'Win32_NetworkAdapter', @(
            'Name', 'ProductName', 'Manufacturer', 'MACAddress', 'PhysicalAdapter', 'AdapterType', 'AdapterTypeID',
            'NetConnectionID', 'NetConnectionStatus', 'NetEnabled', 'PNPDeviceID', 'ServiceName',
            'ConfigManagerErrorCode')),
        @($cimv2, 'Win32_PnPEntity', @(
            'Name', 'PNPDeviceID', 'PNPClass', 'ClassGuid', 'HardwareID', 'Manufacturer', 'Service', 'Status',
            'Present', 'ConfigManagerErrorCode')),
        @($cimv2, 'Win32_SoundDevice', @(
            'Name', 'Manufacturer', 'PNPDeviceID', 'Status', 'StatusInfo', 'ConfigManagerErrorCode')),
        @($cimv2, 'Win32_PointingDevice', @(
            'Name', 'Description', 'Manufacturer', 'HardwareType', 'PNPDeviceID', 'PointingType', 'DeviceInterface',
            'NumberOfButtons', 'Status', 'ConfigManagerErrorCode')),
        @($cimv2, 'Win32_Keyboard', @(
            'Name', 'Description', 'Layout', 'PNPDeviceID', 'NumberOfFunctionKeys', 'Status',
            'ConfigManagerErrorCode')),
        @('root\cimv2\Security\MicrosoftTpm', 'Win32_Tpm', @(
            'IsActivated_InitialValue', 'IsEnabled_InitialValue', 'IsOwned_InitialValue', 'ManufacturerId',
            'ManufacturerIdTxt', 'ManufacturerVersion', 'SpecVersion', 'PhysicalPresenceVersionInfo'))
    )
}

function Add-Licensing {
    # The slowest two classes. The firmware's key is asked for only to keep its last five characters.
    Add-Rows 'root\cimv2' 'SoftwareLicensingService' @(
        'Version', 'OA3xOriginalProductKeyDescription', 'OA3xOriginalProductKey'
    ) -KeyProperty 'OA3xOriginalProductKey' -Longest 6
    $filter = "ApplicationID = '55c92734-d682-4d71-983e-d6ec3f16059f' AND PartialProductKey IS NOT NULL"
    Add-Rows 'root\cimv2' 'SoftwareLicensingProduct' @(
        'Name', 'Description', 'ApplicationID', 'LicenseStatus', 'ProductKeyChannel', 'PartialProductKey'
    ) -Filter $filter -Longest 8
}

# ---- registry and commands -------------------------------------------------------------------------------

function Add-RegistryValues {
    # Values below HKEY_LOCAL_MACHINE, each under its full name; bytes as hexadecimal text.
    param([string] $Path, [string[]] $Names)
    $full = 'HKLM\' + $Path
    try {
        $key = $script:Machine.OpenSubKey($Path)
        if ($null -eq $key) {
            $script:Errors[$full] = 'ENOENT: there is no such key'
            return
        }
        try {
            foreach ($name in $Names) {
                $value = $key.GetValue($name)
                if ($null -eq $value) { continue }
                if ($value -is [byte[]]) { $value = Get-Hex $value }
                $script:Registry[$full + '\' + $name] = ConvertTo-Plain $value
            }
        } finally {
            $key.Close()
        }
    } catch {
        $script:Errors[$full] = Get-Reason $_
    }
}

function Get-SubKeyNames {
    param([string] $Path)
    $key = $script:Machine.OpenSubKey($Path)
    if ($null -eq $key) { return @() }
    try {
        return $key.GetSubKeyNames()
    } finally {
        $key.Close()
    }
}

function Add-Registry {
    Add-RegistryValues 'SOFTWARE\Microsoft\Windows NT\CurrentVersion' @(
        'ProductName', 'EditionID', 'CompositionEditionID', 'InstallationType', 'CurrentBuild', 'CurrentBuildNumber',
        'CurrentMajorVersionNumber', 'CurrentMinorVersionNumber', 'UBR', 'DisplayVersion', 'ReleaseId', 'InstallDate'
    )
    Add-RegistryValues 'SYSTEM\CurrentControlSet\Control\SecureBoot\State' @('UEFISecureBootEnabled')
    Add-RegistryValues 'SYSTEM\CurrentControlSet\Control' @('PEFirmwareType')
    Add-RegistryValues 'SYSTEM\Setup' @('OOBEInProgress', 'SystemSetupInProgress')
    Add-RegistryValues 'SOFTWARE\Microsoft\Windows\CurrentVersion\Setup\State' @('ImageState')
    Add-RegistryValues 'HARDWARE\DESCRIPTION\System\BIOS' @(
        'SystemManufacturer', 'SystemProductName', 'SystemVersion', 'SystemSKU', 'SystemFamily',
        'BaseBoardManufacturer', 'BaseBoardProduct', 'BaseBoardVersion', 'BIOSVendor', 'BIOSVersion', 'BIOSReleaseDate'
    )
    $adapters = 'SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}'
    try {
        foreach ($name in @(Get-SubKeyNames $adapters)) {
            if ($name -cmatch '^00[0-9]{2}\z') {
                Add-RegistryValues ($adapters + '\' + $name) @(
                    'DriverDesc', 'DriverVersion', 'MatchingDeviceId', 'HardwareInformation.qwMemorySize'
                )
            }
        }
    } catch {
        $script:Errors['HKLM\' + $adapters] = Get-Reason $_
    }
}

function Add-Tpm {
    # Selected properties only: Get-Tpm also knows the owner's authorisation, which is a secret.
    if (Test-TimeIsUp 'Get-Tpm') { return }
    try {
        $tpm = Get-Tpm
        $row = [ordered]@{}
        foreach ($name in @(
            'TpmPresent', 'TpmReady', 'TpmEnabled', 'TpmActivated', 'TpmOwned', 'RestartPending', 'LockedOut',
            'ManufacturerId', 'ManufacturerIdTxt', 'ManufacturerVersion', 'ManufacturerVersionFull20')) {
            $property = $tpm.PSObject.Properties[$name]
            if ($null -ne $property) { $row[$name] = ConvertTo-Plain $property.Value }
        }
        $script:Windows['Get-Tpm'] = $row
    } catch {
        $script:Errors['Get-Tpm'] = Get-Reason $_
    }
}

function Add-SecureBoot {
    if (Test-TimeIsUp 'Confirm-SecureBootUEFI') { return }
    try {
        $script:Windows['Confirm-SecureBootUEFI'] = [bool] (Confirm-SecureBootUEFI)
    } catch {
        $script:Errors['Confirm-SecureBootUEFI'] = Get-Reason $_
    }
}

# ---- firmware tables -------------------------------------------------------------------------------------

function Get-FirmwareApi {
    # Two functions of kernel32, declared in memory: a compiler would write its files on the laptop's disk.
    $name = New-Object System.Reflection.AssemblyName 'IntakeProbe'
    $access = [System.Reflection.Emit.AssemblyBuilderAccess]::Run
    $module = [System.AppDomain]::CurrentDomain.DefineDynamicAssembly($name, $access).DefineDynamicModule('IntakeProbe')
    $type = $module.DefineType('IntakeFirmware', [System.Reflection.TypeAttributes] 'Public, Class')
    $attributes = [System.Reflection.MethodAttributes] 'Public, Static, PinvokeImpl'
    $standard = [System.Reflection.CallingConventions]::Standard
    $native = [System.Runtime.InteropServices.CallingConvention]::Winapi
    $charset = [System.Runtime.InteropServices.CharSet]::Unicode
    $keep = [System.Reflection.MethodImplAttributes]::PreserveSig
    $enumerate = $type.DefinePInvokeMethod(
        'EnumSystemFirmwareTables', 'kernel32.dll', $attributes, $standard, [uint32],
        [type[]] @([uint32], [System.IntPtr], [uint32]), $native, $charset)
    $enumerate.SetImplementationFlags($keep)
    $get = $type.DefinePInvokeMethod(
        'GetSystemFirmwareTable', 'kernel32.dll', $attributes, $standard, [uint32],
        [type[]] @([uint32], [uint32], [System.IntPtr], [uint32]), $native, $charset)
    $get.SetImplementationFlags($keep)
    return $type.CreateType()
}

function Get-FirmwareBytes {
    # A firmware table, or with -List the ids of a provider's tables; nothing where the firmware gives none.
    param([uint32] $Provider, [uint32] $Table = 0, [switch] $List)
    if ($null -eq $script:Firmware) { $script:Firmware = Get-FirmwareApi }
    $api = $script:Firmware
    $none = [uint32] 0
    if ($List) {
        $size = $api::EnumSystemFirmwareTables($Provider, [System.IntPtr]::Zero, $none)
    } else {
        $size = $api::GetSystemFirmwareTable($Provider, $Table, [System.IntPtr]::Zero, $none)
    }
    if (($size -eq 0) -or ($size -gt 1048576)) { return , [byte[]]::new(0) }
    $buffer = [System.Runtime.InteropServices.Marshal]::AllocHGlobal([int] $size)
    try {
        if ($List) {
            $given = $api::EnumSystemFirmwareTables($Provider, $buffer, $size)
        } else {
            $given = $api::GetSystemFirmwareTable($Provider, $Table, $buffer, $size)
        }
        if ($given -gt $size) { $given = $none }
        $bytes = [byte[]]::new([int] $given)
        if ($given -gt 0) { [System.Runtime.InteropServices.Marshal]::Copy($buffer, $bytes, 0, $bytes.Length) }
        return , $bytes
    } finally {
        [System.Runtime.InteropServices.Marshal]::FreeHGlobal($buffer)
    }
}

function Add-Smbios {
    $began = $script:Clock.ElapsedMilliseconds
    $source = 'GetSystemFirmwareTable RSMB'
    $bytes = [byte[]]::new(0)
    $reason = 'EIO: the firmware gives no SMBIOS table'
    try {
        $bytes = Get-FirmwareBytes -Provider 0x52534D42
    } catch {
        $reason = Get-Reason $_
    }
    if ($bytes.Length -eq 0) {
        try {
            $rows = @(
                Get-CimInstance -Namespace 'root\wmi' -ClassName 'MSSmBios_RawSMBiosTables' `
                    -OperationTimeoutSec (Get-Timeout 4)
            )
            if ($rows.Count -gt 0) {
                $source = 'MSSmBios_RawSMBiosTables'
                $row = $rows[0]
                $table = [byte[]] $row.SMBiosData
                # The eight bytes that the other way puts before the table.
                $bytes = [byte[]]::new(8 + $table.Length)
                $bytes[0] = [byte] [bool] $row.Used20CallingMethod
                $bytes[1] = [byte] $row.SmbiosMajorVersion
                $bytes[2] = [byte] $row.SmbiosMinorVersion
                $bytes[3] = [byte] $row.DmiRevision
                [System.Array]::Copy([System.BitConverter]::GetBytes([uint32] $table.Length), 0, $bytes, 4, 4)
                [System.Array]::Copy($table, 0, $bytes, 8, $table.Length)
            }
        } catch {
            $bytes = [byte[]]::new(0)
            $reason = $reason + '; ' + (Get-Reason $_)
        }
    }
    if ($bytes.Length -gt 0) { $reason = '' }
    Add-Evidence -Id 'smbios' -Source $source -Data $bytes -Reason $reason -Began $began
}

function Add-Msdm {
    # The table that holds the product key: masked here, or not shipped.
    $began = $script:Clock.ElapsedMilliseconds
    $kept = [byte[]]::new(0)
    $reason = ''
    try {
        $acpi = [uint32] 0x41435049
        $ids = [System.Text.Encoding]::ASCII.GetString((Get-FirmwareBytes -Provider $acpi -List))
        $listed = $false
        for ($at = 0; $at + 4 -le $ids.Length; $at += 4) {
            if ($ids.Substring($at, 4) -ceq 'MSDM') { $listed = $true }
        }
        if ($ids.Length -eq 0) {
            $reason = 'EIO: Windows lists no ACPI tables'
        } elseif (-not $listed) {
            $reason = 'ENOENT: the firmware has no MSDM table'
        } else {
            $table = Get-FirmwareBytes -Provider $acpi -Table 0x4D44534D
            $text = [System.Text.Encoding]::ASCII.GetString($table)
            $known = ($table.Length -eq 85) -and $text.StartsWith('MSDM', [System.StringComparison]::Ordinal)
            if ($known) {
                $known = ([System.BitConverter]::ToUInt32($table, 4) -eq 85) -and
                    ([System.BitConverter]::ToUInt32($table, 52) -eq 29)
            }
            $masked = ''
            if ($known) { $masked = Get-MaskedKey ($text.Substring(56)) }
            if ($masked -eq '') {
                $reason = 'not shipped: the MSDM table has not the known shape, so the key in it cannot be masked'
            } else {
                $mask = [System.Text.Encoding]::ASCII.GetBytes($masked)
                [System.Array]::Copy($mask, 0, $table, 56, 29)
                $kept = $table
            }
        }
    } catch {
        $kept = [byte[]]::new(0)
        $reason = '{0}: the ACPI tables cannot be read' -f (Get-ReasonWord $_)
    }
    Add-Evidence -Id 'msdm' -Source 'GetSystemFirmwareTable ACPI MSDM' -Data $kept -Reason $reason -Began $began
}

# ---- screens and battery ---------------------------------------------------------------------------------

function Get-PresentScreens {
    # The device paths of the screens that are plugged in; the registry also remembers those of the past.
    $screens = New-Object System.Collections.ArrayList
    if ($script:Windows.Contains('Win32_PnPEntity')) {
        foreach ($row in $script:Windows['Win32_PnPEntity']) {
            $path = [string] $row['PNPDeviceID']
            if ($path -match '^DISPLAY\\.') { [void] $screens.Add($path.ToUpperInvariant()) }
        }
    }
    if ($script:Windows.Contains('WmiMonitorID')) {
        foreach ($row in $script:Windows['WmiMonitorID']) {
            $path = ([string] $row['InstanceName']).ToUpperInvariant() -replace '_[0-9]+\z', ''
            if (($path -match '^DISPLAY\\.') -and (-not $screens.Contains($path))) { [void] $screens.Add($path) }
        }
    }
    return , $screens
}

function Add-Edids {
    if (-not ($script:Windows.Contains('Win32_PnPEntity') -or $script:Windows.Contains('WmiMonitorID'))) {
        Add-Evidence -Id 'edid-unknown' -Source 'Enum\DISPLAY' -Reason 'EIO: Windows does not list its screens'
        return
    }
    $seen = @{}
    foreach ($path in (Get-PresentScreens)) {
        $id = 'edid-' + ($path.Substring(8) -replace '[^A-Z0-9.+-]', '_')
        if ($id.Length -gt 80) { $id = $id.Substring(0, 80) }
        if ($seen.ContainsKey($id) -or ($seen.Count -ge 16)) { continue }
        $seen[$id] = $true
        $began = $script:Clock.ElapsedMilliseconds
        $place = 'SYSTEM\CurrentControlSet\Enum\' + $path + '\Device Parameters'
        $data = [byte[]]::new(0)
        $reason = ''
        try {
            $key = $script:Machine.OpenSubKey($place)
            if ($null -ne $key) {
                try {
                    $value = $key.GetValue('EDID')
                    if ($value -is [byte[]]) { $data = $value }
                } finally {
                    $key.Close()
                }
            }
            if ($data.Length -eq 0) { $reason = 'ENOENT: the registry holds no EDID of this screen' }
        } catch {
            $reason = Get-Reason $_
        }
        Add-Evidence -Id $id -Source ('HKLM\' + $place + '\EDID') -Data $data -Reason $reason -Began $began
        # Beside the rows too, which say where the screen is connected; and what a driver's author put in its place.
        Add-RegistryValues $place @('EDID')
        $override = $place + '\EDID_OVERRIDE'
        try {
            $there = $script:Machine.OpenSubKey($override)
            if ($null -ne $there) {
                $there.Close()
                Add-RegistryValues $override @('0', '1', '2', '3')
            }
        } catch {
            $script:Errors['HKLM\' + $override] = Get-Reason $_
        }
    }
}

function Add-Powercfg {
    # powercfg can write its report only to a file: into the stick's folder, and removed again.
    $began = $script:Clock.ElapsedMilliseconds
    $source = 'powercfg /batteryreport /xml'
    if ((Get-SecondsLeft) -lt 1) {
        Add-Evidence -Id 'powercfg' -Source $source -Reason $script:NoTime -Began $began
        return
    }
    $file = [System.IO.Path]::Combine($script:Folder, 'intake-' + [System.Guid]::NewGuid().ToString('N') + '.xml')
    $data = [byte[]]::new(0)
    $reason = ''
    $status = $null
    try {
        $start = New-Object System.Diagnostics.ProcessStartInfo
        $start.FileName = [System.IO.Path]::Combine([System.Environment]::SystemDirectory, 'powercfg.exe')
        $start.Arguments = '/batteryreport /xml /output "' + $file + '"'
        $start.UseShellExecute = $false
        $start.CreateNoWindow = $true
        $start.RedirectStandardOutput = $true
        $process = [System.Diagnostics.Process]::Start($start)
        try {
            $timeout = Get-Timeout 6
            if ($process.WaitForExit([int] (1000 * $timeout))) {
                $status = $process.ExitCode
                $said = Get-CleanText ($process.StandardOutput.ReadToEnd())
                if ($status -ne 0) { $reason = 'EIO: powercfg ended with status {0}: {1}' -f $status, $said }
            } else {
                $process.Kill()
                [void] $process.WaitForExit(2000)
                $reason = 'ETIMEDOUT: powercfg did not end in {0} s' -f $timeout
            }
        } finally {
            $process.Dispose()
        }
        if (($reason -eq '') -and [System.IO.File]::Exists($file)) {
            $length = (New-Object System.IO.FileInfo $file).Length
            if ($length -gt 2 * $script:LargestItem) {
                $reason = 'EIO: the report is larger than 8 MiB'
            } else {
                $data = [System.IO.File]::ReadAllBytes($file)
            }
        } elseif ($reason -eq '') {
            $reason = 'EIO: powercfg wrote no report'
        }
    } catch {
        $reason = Get-Reason $_
    } finally {
        try {
            [System.IO.File]::Delete($file)
        } catch {
            Write-Host ('  Remove ' + $file + ' from the stick by hand.')
        }
    }
    Add-Evidence -Id 'powercfg' -Source $source -Data $data -Reason $reason -Began $began -ExitCode $status
}

# ---- the sealed item -------------------------------------------------------------------------------------

function Open-Seal {
    # The public key beside the script: an RSA key of 3072 bits whose exponent is 65537.
    param([string] $Place)
    $rsa = New-Object System.Security.Cryptography.RSACryptoServiceProvider
    $rsa.FromXmlString([System.IO.File]::ReadAllText($Place))
    $public = $rsa.ExportParameters($false)
    if (($public.Modulus.Length -ne 384) -or ((Get-Hex $public.Exponent) -ne '010001') -or (-not $rsa.PublicOnly)) {
        throw 'another kind of key'
    }
    # The key's id is the SHA-256 of its SubjectPublicKeyInfo: of such a key all but the modulus is always the same.
    $before = '308201a2300d06092a864886f70d01010105000382018f003082018a0282018100'
    $whole = $before + (Get-Hex $public.Modulus) + '0203010001'
    $bytes = [byte[]]::new($whole.Length / 2)
    for ($at = 0; $at -lt $bytes.Length; $at++) {
        $bytes[$at] = [System.Convert]::ToByte($whole.Substring(2 * $at, 2), 16)
    }
    return @{ 'Rsa' = $rsa; 'Id' = (Get-Sha256 $bytes).Substring(0, 16) }
}

function Get-Envelope {
    # Encrypts, then authenticates (hardware/evidence/sealing.py says how): only the private key opens it.
    param($Seal, [string] $Item, [byte[]] $Secret)
    [byte[]] $keys = Get-RandomBytes 64
    [byte[]] $iv = Get-RandomBytes 16
    $aes = [System.Security.Cryptography.Aes]::Create()
    try {
        $aes.KeySize = 256
        $aes.Mode = [System.Security.Cryptography.CipherMode]::CBC
        $aes.Padding = [System.Security.Cryptography.PaddingMode]::PKCS7
        $aes.Key = [byte[]] $keys[0..31]
        $aes.IV = $iv
        $encryptor = $aes.CreateEncryptor()
        [byte[]] $ciphertext = $encryptor.TransformFinalBlock($Secret, 0, $Secret.Length)
        $encryptor.Dispose()
    } finally {
        $aes.Dispose()
    }
    [byte[]] $wrapped = $Seal.Rsa.Encrypt($keys, $true)
    $head = "intake-seal/1`n" + $Item + "`n" + $Seal.Id + "`n"
    $all = New-Object System.IO.MemoryStream
    foreach ($part in @([System.Text.Encoding]::ASCII.GetBytes($head), $wrapped, $iv, $ciphertext)) {
        $all.Write($part, 0, $part.Length)
    }
    $authenticator = [System.Security.Cryptography.HMACSHA256]::new([byte[]] $keys[32..63])
    try {
        [byte[]] $mac = $authenticator.ComputeHash($all.ToArray())
    } finally {
        $authenticator.Dispose()
    }
    [System.Array]::Clear($keys, 0, $keys.Length)
    $text = '{"format":"intake-seal/1","item":"' + $Item + '","key_id":"' + $Seal.Id +
        '","wrapped_key":"' + [System.Convert]::ToBase64String($wrapped) +
        '","iv":"' + [System.Convert]::ToBase64String($iv) +
        '","ciphertext":"' + [System.Convert]::ToBase64String($ciphertext) +
        '","mac":"' + [System.Convert]::ToBase64String($mac) + '"}'
    return , [System.Text.Encoding]::ASCII.GetBytes($text)
}

function Add-SealedHash {
    # The Autopilot hardware hash. It is never shown, never logged, and no error's text is kept here: only its word.
    $began = $script:Clock.ElapsedMilliseconds
    $id = 'sealed-autopilot'
    $source = 'root/cimv2/mdm/dmmap MDM_DevDetail_Ext01.DeviceHardwareData, sealed'
    $place = [System.IO.Path]::Combine($PSScriptRoot, 'seal.xml')
    if (-not [System.IO.File]::Exists($place)) {
        $reason = 'left out: there is no seal.xml beside the script; make the stick with one where the hash is wanted'
        Add-Evidence -Id $id -Source $source -Reason $reason -Began $began
        return
    }
    try {
        $seal = Open-Seal $place
    } catch {
        $reason = 'left out: seal.xml is no RSA key of 3072 bits; make the stick again'
        Add-Evidence -Id $id -Source $source -Reason $reason -Began $began
        return
    }
    if ((Get-SecondsLeft) -lt 1) {
        Add-Evidence -Id $id -Source $source -Reason $script:NoTime -Began $began
        return
    }
    $sealed = [byte[]]::new(0)
    $reason = ''
    $secret = [byte[]]::new(0)
    try {
        $found = @(
            Get-CimInstance -Namespace 'root/cimv2/mdm/dmmap' -ClassName 'MDM_DevDetail_Ext01' `
                -Filter "InstanceID='Ext' AND ParentID='./DevDetail'" -OperationTimeoutSec (Get-Timeout 6)
        )
        if ($found.Count -gt 0) {
            $secret = [System.Text.Encoding]::ASCII.GetBytes([string] $found[0].DeviceHardwareData)
            $found = $null
        }
        if ($secret.Length -eq 0) {
            $reason = 'ENOENT: Windows gives no hardware hash'
        } elseif ($secret.Length -gt 65536) {
            $reason = 'EIO: the hardware hash is larger than 64 KiB'
        } else {
            $sealed = Get-Envelope $seal $id $secret
        }
    } catch {
        $word = Get-ReasonWord $_
        if ($word -eq 'EACCES') { $script:Short = $script:Short + 1 }
        $sealed = [byte[]]::new(0)
        $reason = $word + ': the hardware hash cannot be read or sealed'
    } finally {
        [System.Array]::Clear($secret, 0, $secret.Length)
        $seal.Rsa.Dispose()
    }
    Add-Evidence -Id $id -Source $source -Data $sealed -Reason $reason -Began $began
}

# ---- the bundle ------------------------------------------------------------------------------------------

function ConvertTo-JsonBytes {
    param($Value)
    $json = ConvertTo-Json -InputObject $Value -Depth 4 -Compress
    return , [System.Text.UTF8Encoding]::new($false).GetBytes($json)
}

function Add-WindowsItem {
    param([long] $Began)
    $script:Windows['registry'] = $script:Registry
    $script:Windows['errors'] = $script:Errors
    $short = @($script:Errors.Keys | Where-Object { $script:Errors[$_] -match '^(EACCES|ETIMEDOUT|EIO|left out)' })
    $reason = ''
    if ($short.Count -gt 0) { $reason = 'not whole: ' + ($short -join ', ') }
    if ($reason.Length -gt 1000) { $reason = $reason.Substring(0, 1000) }
    try {
        [byte[]] $data = ConvertTo-JsonBytes $script:Windows
    } catch {
        $data = [byte[]]::new(0)
        $reason = Get-Reason $_
    }
    Add-Evidence -Id 'windows' -Source 'CIM, registry, Get-Tpm' -Data $data -Reason $reason -Began $Began
}

function Get-BundleId {
    # UUIDv7 (RFC 9562): 48 bits of milliseconds since 1970, then chance.
    $epoch = [System.DateTime]::new(1970, 1, 1, 0, 0, 0, [System.DateTimeKind]::Utc)
    $milliseconds = [long] [Math]::Max(0, [Math]::Floor(([System.DateTime]::UtcNow - $epoch).TotalMilliseconds))
    $time = $milliseconds.ToString('x12')
    [byte[]] $random = Get-RandomBytes 10
    $random[2] = ($random[2] -band 0x3f) -bor 0x80
    $chance = Get-Hex $random
    return '{0}-{1}-7{2}-{3}-{4}' -f $time.Substring(0, 8), $time.Substring(8, 4), $chance.Substring(1, 3),
        $chance.Substring(4, 4), $chance.Substring(8, 12)
}

function Get-FileName {
    # The serial's letters and digits, and the time: a name that any stick can hold.
    param([string] $Time)
    $serial = ''
    if ($script:Windows.Contains('Win32_BIOS')) {
        foreach ($row in $script:Windows['Win32_BIOS']) {
            if ($serial -eq '') { $serial = ([string] $row['SerialNumber']) -replace '[^A-Za-z0-9_-]', '' }
        }
    }
    if ($serial.Length -gt 32) { $serial = $serial.Substring(0, 32) }
    if ($serial -eq '') { $serial = 'laptop' }
    return 'intake-{0}-{1}.zip' -f $serial, $Time
}

function Add-Entry {
    param($Archive, [string] $Name, [byte[]] $Data)
    $entry = $Archive.CreateEntry($Name, [System.IO.Compression.CompressionLevel]::Optimal)
    # A fixed date: the laptop's clock may be before 1980, which a zip cannot hold. captured_at has the time.
    $entry.LastWriteTime = [System.DateTimeOffset]::new(1980, 1, 1, 0, 0, 0, [System.TimeSpan]::Zero)
    $stream = $entry.Open()
    try {
        $stream.Write($Data, 0, $Data.Length)
    } finally {
        $stream.Dispose()
    }
}

function Write-Bundle {
    # Whole or not at all: under another name, flushed to the stick, then renamed. Gives the name.
    param([string] $CapturedAt, [string] $Time)
    $metas = New-Object System.Collections.ArrayList
    foreach ($item in $script:Items) { [void] $metas.Add($item.Meta) }
    $manifest = [ordered]@{
        'format' = 'intake-bundle/1'
        'bundle_id' = Get-BundleId
        'captured_at' = $CapturedAt
        'probe' = [ordered]@{ 'name' = $script:ProbeName; 'version' = $script:ProbeVersion }
        'items' = $metas
    }
    $temporary = [System.IO.Path]::Combine($script:Folder, 'intake-' + [System.Guid]::NewGuid().ToString('N') + '.part')
    try {
        $stream = [System.IO.FileStream]::new(
            $temporary, [System.IO.FileMode]::CreateNew, [System.IO.FileAccess]::ReadWrite, [System.IO.FileShare]::None)
        try {
            $mode = [System.IO.Compression.ZipArchiveMode]::Create
            $archive = [System.IO.Compression.ZipArchive]::new($stream, $mode, $true)
            try {
                Add-Entry $archive 'manifest.json' (ConvertTo-JsonBytes $manifest)
                foreach ($item in $script:Items) {
                    if ($item.Meta['file'] -ne '') { Add-Entry $archive ($item.Meta['file']) ($item.Data) }
                }
            } finally {
                $archive.Dispose()
            }
            $stream.Flush($true)
        } finally {
            $stream.Dispose()
        }
        $name = Get-FileName $Time
        $number = 1
        while ([System.IO.File]::Exists([System.IO.Path]::Combine($script:Folder, $name))) {
            $number++
            $name = Get-FileName ($Time + '-' + $number)
        }
        [System.IO.File]::Move($temporary, [System.IO.Path]::Combine($script:Folder, $name))
        return $name
    } catch {
        [System.IO.File]::Delete($temporary)
        throw
    }
}

# ---- from here on it runs --------------------------------------------------------------------------------

$script:Clock = [System.Diagnostics.Stopwatch]::StartNew()
$script:Seconds = [Math]::Max(5, [Math]::Min(600, $Seconds))
$invariant = [System.Globalization.CultureInfo]::InvariantCulture
$now = [System.DateTime]::UtcNow
$capturedAt = $now.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", $invariant)
$time = $now.ToString("yyyyMMdd'T'HHmmss'Z'", $invariant)

if ($OutputFolder -eq '') { $OutputFolder = $PSScriptRoot }
try {
    $script:Folder = [System.IO.Path]::GetFullPath($OutputFolder)
} catch {
    Write-Host 'That is no name of a folder; name a folder of the stick with -OutputFolder.'
    exit 2
}
if (-not [System.IO.Directory]::Exists($script:Folder)) {
    Write-Host 'There is no such folder; name a folder of the stick with -OutputFolder.'
    exit 2
}
$root = [System.IO.Path]::GetPathRoot($script:Folder)
$own = [System.IO.Path]::GetPathRoot([System.Environment]::SystemDirectory)
if ($root.StartsWith('\\') -or ($root -eq $own)) {
    Write-Host 'Start the probe from the stick: it writes nothing to the laptop''s own disk and nothing to a network.'
    exit 2
}

try {
    Write-Host 'Intake probe. It reads this laptop and changes nothing on it. Leave the stick in.'
    [void] [System.Reflection.Assembly]::Load(
        'System.IO.Compression, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089')
    $view = [Microsoft.Win32.RegistryView]::Registry64
    $script:Machine = [Microsoft.Win32.RegistryKey]::OpenBaseKey([Microsoft.Win32.RegistryHive]::LocalMachine, $view)
    $identity = [System.Security.Principal.WindowsIdentity]::GetCurrent()
    $principal = New-Object System.Security.Principal.WindowsPrincipal $identity
    $administrator = $principal.IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)
    if (-not $administrator) {
        Write-Host '  This is no administrator, so some items cannot be read. They are listed.'
    }
    $script:Windows['probe'] = [ordered]@{
        'administrator' = [bool] $administrator
        'powershell' = [string] $PSVersionTable.PSVersion
        'process_64_bit' = [System.Environment]::Is64BitProcess
    }

    Write-Host '  Reading the firmware tables ...'
    Add-Smbios
    Add-Msdm
    Write-Host '  Asking Windows about the hardware ...'
    $began = $script:Clock.ElapsedMilliseconds
    Add-Registry
    foreach ($class in (Get-Classes)) { Add-Rows ($class[0]) ($class[1]) ($class[2]) }
    Add-ReliabilityCounters
    Write-Host '  Reading the screens and the battery ...'
    Add-Edids
    Add-Powercfg
    Write-Host '  Reading the TPM, Secure Boot and the hardware hash ...'
    Add-SealedHash
    Add-SecureBoot
    Add-Tpm
    Write-Host '  Asking about the Windows licence ...'
    Add-Licensing
    Add-WindowsItem $began

    $name = Write-Bundle $capturedAt $time
    $missing = @($script:Items | Where-Object { $null -ne $_.Meta['error'] })
    foreach ($item in $missing) { Write-Host ('  {0}: {1}' -f $item.Meta['id'], $item.Meta['error']) }
    $took = [Math]::Ceiling($script:Clock.Elapsed.TotalSeconds)
    Write-Host ('Written in {0} s: {1} items, {2} with a reason.' -f $took, $script:Items.Count, $missing.Count)
    Write-Host ('Done: {0}. Take the stick to the bench.' -f $name)
} catch {
    Write-Host ('Nothing was written ({0}).' -f (Get-CleanText $_.Exception.Message))
    Write-Host 'Check that the stick has room and can be written to, and start the probe again.'
    exit 3
}
if ($script:Short -gt 0) { exit 1 }
exit 0
