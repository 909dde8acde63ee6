"""Which CIM class a row is of: said by the row itself, by the command that printed it, or told from its properties.

The text of wmic or Format-List holds no class name. `PROPERTIES` has for each class the properties that Microsoft
documents for it and that tell it from the others, or that we read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

__all__ = ["PROPERTIES", "class_hint", "class_of"]

PROPERTIES: Final[Mapping[str, tuple[str, ...]]] = {
    name: tuple(properties.split())
    for name, properties in {
        "Win32_ComputerSystem": """AdminPasswordStatus AutomaticManagedPagefile BootROMSupported BootupState
            ChassisSKUNumber DNSHostName Domain DomainRole HypervisorPresent KeyboardPasswordStatus Manufacturer Model
            NumberOfLogicalProcessors NumberOfProcessors PCSystemType PCSystemTypeEx PowerOnPasswordStatus
            PrimaryOwnerName SystemFamily SystemSKUNumber SystemType TotalPhysicalMemory UserName Workgroup Roles
            WakeUpType ThermalState CurrentTimeZone PartOfDomain""",
        "Win32_ComputerSystemProduct": "IdentifyingNumber UUID Vendor SKUNumber Name Version Caption Description",
        "Win32_BIOS": """BIOSVersion BiosCharacteristics SMBIOSBIOSVersion SMBIOSMajorVersion SMBIOSMinorVersion
            SMBIOSPresent ReleaseDate PrimaryBIOS ListOfLanguages InstallableLanguages CurrentLanguage SerialNumber
            Manufacturer SystemBiosMajorVersion EmbeddedControllerMajorVersion SoftwareElementID Version Name""",
        "Win32_BaseBoard": """HostingBoard RequirementsDescription RequiresDaughterBoard ConfigOptions SlotLayout
            SpecialRequirements Product SerialNumber Manufacturer Version HotSwappable Tag""",
        "Win32_SystemEnclosure": """ChassisTypes SMBIOSAssetTag AudibleAlarm BreachDescription LockPresent
            SecurityBreach SecurityStatus VisibleAlarm NumberOfPowerCords CableManagementStrategy HeatGeneration
            SerialNumber Manufacturer""",
        "Win32_OperatingSystem": """BootDevice BuildNumber BuildType CSDVersion CSName CountryCode InstallDate
            LastBootUpTime LocalDateTime MUILanguages OperatingSystemSKU OSArchitecture OSLanguage OSProductSuite OSType
            ProductType RegisteredUser SystemDirectory SystemDrive TotalVirtualMemorySize TotalVisibleMemorySize
            FreePhysicalMemory WindowsDirectory Version Caption SerialNumber Locale""",
        "Win32_Processor": """AddressWidth Architecture CpuStatus CurrentClockSpeed ExtClock L2CacheSize L3CacheSize
            MaxClockSpeed NumberOfCores NumberOfEnabledCore NumberOfLogicalProcessors ProcessorId ProcessorType
            SocketDesignation ThreadCount UpgradeMethod VirtualizationFirmwareEnabled Stepping LoadPercentage
            Name Manufacturer""",
        "Win32_PhysicalMemory": """BankLabel Capacity ConfiguredClockSpeed ConfiguredVoltage DeviceLocator FormFactor
            InterleaveDataDepth InterleavePosition MemoryType PositionInRow SMBIOSMemoryType TotalWidth TypeDetail
            Speed PartNumber Manufacturer SerialNumber""",
        "Win32_PhysicalMemoryArray": """MaxCapacity MaxCapacityEx MemoryDevices MemoryErrorCorrection Location Use""",
        "MSFT_PhysicalDisk": """AdapterSerialNumber AllocatedSize BusType CanPool CannotPoolReason DeviceId
            FirmwareVersion FriendlyName HealthStatus LogicalSectorSize MediaType OperationalStatus PhysicalLocation
            PhysicalSectorSize SpindleSpeed SupportedUsages UniqueIdFormat Usage VirtualDiskFootprint Number
            EnclosureNumber SlotNumber IsIndicationEnabled Model SerialNumber Size""",
        "MSFT_Disk": """BootFromDisk IsBoot IsClustered IsReadOnly IsSystem LargestFreeExtent NumberOfPartitions
            PartitionStyle ProvisioningType Number FriendlyName BusType HealthStatus IsOffline Guid""",
        "MSFT_StorageReliabilityCounter": """FlushLatencyMax LoadUnloadCycleCount LoadUnloadCycleCountMax
            ManufactureDate PowerOnHours ReadErrorsCorrected ReadErrorsTotal ReadErrorsUncorrected ReadLatencyMax
            StartStopCycleCount StartStopCycleCountMax Temperature TemperatureMax Wear WriteErrorsCorrected
            WriteErrorsTotal WriteErrorsUncorrected WriteLatencyMax DeviceId""",
        "Win32_DiskDrive": """BytesPerSector InterfaceType MediaLoaded Partitions SCSIBus SCSILogicalUnit SCSIPort
            SCSITargetId SectorsPerTrack TotalCylinders TotalHeads TotalSectors TotalTracks TracksPerCylinder
            FirmwareRevision Index MediaType Model Size SerialNumber Signature""",
        "Win32_CDROMDrive": """Drive DriveIntegrity FileSystemFlagsEx Id MaximumComponentLength TransferRate VolumeName
            VolumeSerialNumber MfrAssignedRevisionLevel MediaLoaded MediaType""",
        "Win32_LogicalDisk": "DriveType FileSystem FreeSpace ProviderName QuotasDisabled VolumeDirty VolumeName Access",
        "Win32_VideoController": """AdapterCompatibility AdapterDACType AdapterRAM CurrentBitsPerPixel
            CurrentHorizontalResolution CurrentVerticalResolution CurrentRefreshRate DriverDate DriverVersion
            InfFilename InfSection InstalledDisplayDrivers VideoArchitecture VideoMemoryType VideoModeDescription
            VideoProcessor MaxRefreshRate MinRefreshRate""",
        "Win32_DesktopMonitor": """MonitorManufacturer MonitorType PixelsPerXLogicalInch PixelsPerYLogicalInch
            ScreenHeight ScreenWidth Bandwidth DisplayType IsLocked""",
        "WmiMonitorID": """ManufacturerName ProductCodeID SerialNumberID UserFriendlyName UserFriendlyNameLength
            WeekOfManufacture YearOfManufacture InstanceName Active""",
        "WmiMonitorBasicDisplayParams": """DisplayTransferCharacteristic MaxHorizontalImageSize MaxVerticalImageSize
            SupportedDisplayFeatures VideoInputType InstanceName Active""",
        "WmiMonitorConnectionParams": "VideoOutputTechnology InstanceName Active",
        "Win32_Battery": """BatteryStatus BatteryRechargeTime Chemistry DesignCapacity DesignVoltage
            EstimatedChargeRemaining EstimatedRunTime ExpectedBatteryLife ExpectedLife FullChargeCapacity
            MaxRechargeTime SmartBatteryVersion TimeOnBattery TimeToFullCharge""",
        "Win32_PortableBattery": """CapacityMultiplier Location ManufactureDate MaxBatteryError DesignCapacity
            DesignVoltage Chemistry SmartBatteryVersion Manufacturer""",
        "BatteryStaticData": """DesignedCapacity DefaultAlert1 DefaultAlert2 CriticalBias Granularity0 ManufactureName
            ManufactureDate DeviceName UniqueID Technology Capabilities Chemistry Tag InstanceName""",
        "BatteryFullChargedCapacity": "FullChargedCapacity Tag InstanceName Active",
        "BatteryCycleCount": "CycleCount Tag InstanceName Active",
        "BatteryStatus": """ChargeRate Charging Critical DischargeRate Discharging PowerOnline RemainingCapacity
            Voltage Tag InstanceName Active""",
        "BatteryRuntime": "EstimatedRuntime Tag InstanceName Active",
        "MSFT_NetAdapter": """ComponentID ConnectorPresent DriverDescription DriverFileName DriverInformation
            DriverProvider DriverVersionString HardwareInterface ifAlias ifDesc ifIndex InterfaceAlias
            InterfaceDescription InterfaceOperationalStatus LinkSpeed MediaConnectionState MediaConnectState MediaType
            NdisMedium NdisPhysicalMedium PermanentAddress PhysicalMediaType PnPDeviceID Virtual MacAddress
            NetLuid OperationalStatusDownDefaultPortNotAuthenticated DeviceWakeUpEnable""",
        "Win32_NetworkAdapter": """AdapterType AdapterTypeId GUID InterfaceIndex MACAddress NetConnectionID
            NetConnectionStatus NetEnabled PhysicalAdapter ProductName ServiceName TimeOfLastReset
            MaxNumberControlled""",
        "Win32_NetworkAdapterConfiguration": """DHCPEnabled DHCPServer DNSDomain DNSServerSearchOrder IPAddress
            IPEnabled IPSubnet DefaultIPGateway SettingID TcpipNetbiosOptions MACAddress InterfaceIndex""",
        "Win32_PnPEntity": """ClassGuid CompatibleID ConfigManagerErrorCode HardwareID PNPClass PNPDeviceID Present
            Service InstanceId Problem Class FriendlyName ProblemDescription ConfigManagerUserConfig""",
        "Win32_SoundDevice": "DMABufferSize MPU401Address ProductName StatusInfo",
        "Win32_Keyboard": "Layout NumberOfFunctionKeys Password",
        "Win32_PointingDevice": "DeviceInterface Handedness HardwareType NumberOfButtons PointingType",
        "SoftwareLicensingProduct": """ApplicationID DiscoveredAt EvaluationEndDate GenuineStatus
            GracePeriodRemaining LicenseFamily LicenseStatus LicenseStatusReason PartialProductKey
            ProcessorURL ProductKeyChannel ProductKeyID ProductKeyURL UseLicenseURL LicenseIsAddon""",
        "SoftwareLicensingService": """ClientMachineID IsKeyManagementServiceMachine OA3xOriginalProductKey
            OA3xOriginalProductKeyDescription OA3xOriginalProductKeyPkPn OA2xBiosMarkerMinorVersion
            RemainingWindowsReArmCount TokenActivationAdditionalInfo KeyManagementServiceHostCaching
            RemainingSkuReArmCount""",
        "Win32_Tpm": """IsActivated_InitialValue IsEnabled_InitialValue IsOwned_InitialValue ManufacturerVersionInfo
            PhysicalPresenceVersionInfo SpecVersion ManufacturerId ManufacturerIdTxt""",
        "Get-Tpm": """TpmPresent TpmReady TpmEnabled TpmActivated TpmOwned RestartPending ManagedAuthLevel
            OwnerClearDisabled AutoProvisioning LockedOut LockoutHealTime LockoutCount LockoutMax SelfTest
            ManufacturerVersionFull20 ManufacturerVersion ManufacturerId ManufacturerIdTxt OwnerAuth""",
        "Get-ComputerInfo": """WindowsBuildLabEx WindowsCurrentVersion WindowsEditionId WindowsInstallationType
            WindowsProductId WindowsProductName WindowsVersion WindowsUBR BiosSeralNumber BiosSMBIOSBIOSVersion
            BiosFirmwareType BiosManufacturer BiosReleaseDate CsManufacturer CsModel CsPhyicallyInstalledMemory
            CsTotalPhysicalMemory CsSystemFamily CsSystemSKUNumber CsNumberOfLogicalProcessors CsProcessors CsName
            CsPCSystemType OsName OsVersion OsBuildNumber OsArchitecture OsOperatingSystemSKU OsTotalVisibleMemorySize
            HyperVisorPresent OsLanguage TimeZone PowerPlatformRole BiosName OsType""",
        "MDM_DevDetail_Ext01": "DeviceHardwareData WLANMACAddress VolteServiceSetting InstanceID ParentID",
    }.items()
}

_CANONICAL: Final = {name.lower(): name for name in PROPERTIES}
_OF_CLASS: Final = {name: frozenset(key.lower() for key in keys) for name, keys in PROPERTIES.items()}
_CLASSES_WITH: Final = Counter(key for keys in _OF_CLASS.values() for key in keys)
_BY_KEY: Final[dict[str, list[str]]] = {}
for _name, _keys in _OF_CLASS.items():
    for _key in _keys:
        _BY_KEY.setdefault(_key, []).append(_name)

# What commands and file names call the classes.
_ALIASES: Final = {
    "get-physicaldisk": "MSFT_PhysicalDisk",
    "physicaldisk": "MSFT_PhysicalDisk",
    "get-disk": "MSFT_Disk",
    "get-storagereliabilitycounter": "MSFT_StorageReliabilityCounter",
    "storagereliabilitycounter": "MSFT_StorageReliabilityCounter",
    "get-netadapter": "MSFT_NetAdapter",
    "netadapter": "MSFT_NetAdapter",
    "get-pnpdevice": "Win32_PnPEntity",
    "pnpdevice": "Win32_PnPEntity",
    "get-tpm": "Get-Tpm",
    "get-computerinfo": "Get-ComputerInfo",
    "computerinfo": "Get-ComputerInfo",
    # wmic's own names.
    "bios": "Win32_BIOS",
    "baseboard": "Win32_BaseBoard",
    "computersystem": "Win32_ComputerSystem",
    "cpu": "Win32_Processor",
    "csproduct": "Win32_ComputerSystemProduct",
    "desktopmonitor": "Win32_DesktopMonitor",
    "diskdrive": "Win32_DiskDrive",
    "memorychip": "Win32_PhysicalMemory",
    "memphysical": "Win32_PhysicalMemoryArray",
    "nic": "Win32_NetworkAdapter",
    "systemenclosure": "Win32_SystemEnclosure",
    "sounddev": "Win32_SoundDevice",
}
_WORD: Final = re.compile(r"[A-Za-z0-9_]{1,64}(?:-[A-Za-z0-9_]{1,64}){0,8}", re.ASCII)
_MOST_WORDS: Final = 64
# What PowerShell and WMI add to every row.
_ADDED: Final = ("__", "cim", "ps", "caption", "description", "installdate", "name", "status")


def class_hint(text: str) -> str | None:
    """The class that a command line, a file's name or an item's id speaks of ("Get-CimInstance Win32_BIOS")."""
    for index, match in enumerate(_WORD.finditer(text[:4096])):
        if index >= _MOST_WORDS:
            break
        word = match.group().lower()
        # A file's name joins the class to something else with a dash: "win7-sp1-Win32_BIOS".
        parts = word.split("-")
        for candidate in (word, "-".join(parts[-2:]), *reversed(parts)):
            known = _CANONICAL.get(candidate) or _ALIASES.get(candidate)
            if known is not None:
                return known
    return None


def class_of(row: Mapping[str, object], hint: str | None) -> str | None:
    """The class of a row; `hint` decides only between classes that its properties allow."""
    said = _said(row)
    if said is not None:
        return said
    keys = {key.lower() for key in row if isinstance(key, str)}
    scores: dict[str, float] = {}
    counts: Counter[str] = Counter()
    for key in keys:
        for name in _BY_KEY.get(key, ()):
            scores[name] = scores.get(name, 0.0) + 1 / _CLASSES_WITH[key]
            counts[name] += 1
    if not scores:
        return None
    best = max(scores, key=lambda name: (scores[name], name))
    if hint is not None and counts[hint] and (counts[hint] * 2 >= counts[best] or _fits(keys, hint)):
        return hint
    rivals = [name for name, score in scores.items() if name != best and score == scores[best]]
    own = any(_CLASSES_WITH[key] == 1 for key in keys & _OF_CLASS[best])
    if rivals or not (own or _fits(keys, best)):
        return None
    return best


def _fits(keys: Iterable[str], name: str) -> bool:
    """True where every property that says something is one of the class's, and more than one is."""
    telling = [key for key in keys if not key.startswith(_ADDED)]
    return len(telling) > 1 and all(key in _OF_CLASS[name] for key in telling)


def _said(row: Mapping[str, object]) -> str | None:
    for key in ("__CLASS", "CreationClassName", "CimClass"):
        value = row.get(key)
        if isinstance(value, Mapping):
            value = value.get("CimClassName")
        if isinstance(value, str):
            name = value.strip()[:256].rpartition(":")[2].rpartition("/")[2]
            known = _CANONICAL.get(name.lower())
            if known is not None:
                return known
            if name.startswith(("Win32_", "MSFT_", "CIM_")) and name.replace("_", "").isalnum():
                return name
    return None
