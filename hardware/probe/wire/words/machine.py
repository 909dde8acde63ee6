"""What firmware, processors, memory, input devices and the kernel's log say in every laptop."""

from __future__ import annotations

FIRMWARE = "\0".join(
    (
        "_SM3_\x18_SM_\x1f_DMI_\0To Be Filled By O.E.M.\0Default string\0System Serial Number\0System Product Name",
        "Not Specified\0Not Available\0Not Applicable\0No Asset Information\0No Asset Tag\0None\0Unknown\0Invalid",
        "System manufacturer\0System Version\0Chassis Serial Number\0Base Board Serial Number\0Empty",
        "Reserved\0Internal\0INSYDE Corp.\0American Megatrends Inc.\0Phoenix Technologies LTD\0Insyde\0LENOVO",
        "Dell Inc.\0HP\0Hewlett-Packard\0ASUSTeK COMPUTER INC.\0Acer\0TOSHIBA\0Notebook",
        "Laptop\0ThinkPad \0Latitude \0ProBook \0EliteBook ",
        "Intel(R) Corporation\0GenuineIntel\0Intel(R) Core(TM) i5-\0 CPU @ 1.60GHz\0Intel(R) Celeron(R) N4\0U3E1\0CPU0",
        "Intel Corporation\0AuthenticAMD\0AMD Ryzen\0AMD Processor\0CPU Socket - U3E1\0L1 Cache\0L2 Cache\0L3 Cache",
        "L1-Cache\0L2-Cache\0L3-Cache\0CPU Internal L1\0CPU Internal L2\0CPU Internal L3\0System Memory",
        "ChannelA-DIMM0\0ChannelB-DIMM0\0BANK 0\0BANK 1\0BANK 2\0DIMM 0\0DIMM A\0DIMM B\0Bottom - on board\0Samsung",
        "SK Hynix\0Micron\0Kingston\0Micron Technology\0M471A1K43CB1-CTD    \0HMA81GS6",
        "USB 1\0USB 2\0USB 3\0Ethernet\0HDMI\0DisplayPort\0Headphone/Microphone Combo Jack1\0External Monitor",
        "AC Adapter\0Front\0Rear\0Touchpad\0JUSB1\0SD Card Reader\0Media Card Slot\0SimCard Slot",
        "IBM Embedded Security hardware\0en-US\0enUS\0fr-FR\0de-DE\0es-ES\0ja-JP\0zh-CN\0en|US|iso8859-1\0",
    )
)

_ALL = "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush"
_AMD = """
mmx fxsr sse sse2 ht syscall nx mmxext fxsr_opt pdpe1gb rdtscp lm constant_tsc rep_good nopl nonstop_tsc cpuid
extd_apicid aperfmperf pni pclmulqdq monitor ssse3 fma cx16 sse4_1 sse4_2 movbe popcnt aes xsave avx f16c rdrand
lahf_lm cmp_legacy svm extapic cr8_legacy abm sse4a misalignsse 3dnowprefetch osvw skinit wdt tce topoext perfctr_core
perfctr_nb bpext perfctr_llc mwaitx cpb hw_pstate ssbd ibpb vmmcall fsgsbase bmi1 avx2 smep bmi2 rdseed adx smap
clflushopt sha_ni xsaveopt xsavec xgetbv1 clzero irperf xsaveerptr arat npt lbrv svm_lock nrip_save tsc_scale
vmcb_clean flushbyasid decodeassists pausefilter pfthreshold avic v_vmsave_vmload vgif overflow_recov succor smca
"""
_INTEL = """
dts acpi mmx fxsr sse sse2 ss ht tm pbe syscall nx pdpe1gb rdtscp lm constant_tsc art arch_perfmon pebs bts rep_good
nopl xtopology nonstop_tsc cpuid aperfmperf tsc_known_freq pni pclmulqdq dtes64 monitor ds_cpl vmx smx est tm2 ssse3
sdbg fma cx16 xtpr pdcm pcid sse4_1 sse4_2 x2apic movbe popcnt tsc_deadline_timer aes xsave avx f16c rdrand lahf_lm
abm 3dnowprefetch cpuid_fault epb invpcid_single pti ssbd ibrs ibpb stibp tpr_shadow flexpriority ept vpid ept_ad
fsgsbase tsc_adjust bmi1 avx2 smep bmi2 erms invpcid mpx rdseed adx smap clflushopt intel_pt xsaveopt xsavec xgetbv1
xsaves dtherm ida arat pln pts hwp hwp_notify hwp_act_window hwp_epp vnmi md_clear flush_l1d arch_capabilities
"""
_VMX = """
vnmi preemption_timer invvpid ept_x_only ept_ad ept_1gb flexpriority tsc_offset vtpr mtf vapic ept vpid
unrestricted_guest ple shadow_vmcs pml ept_mode_based_exec
"""
_BUGS = """
sysret_ss_attrs null_seg cpu_meltdown spectre_v1 spectre_v2 spec_store_bypass l1tf mds swapgs itlb_multihit srbds
mmio_stale_data retbleed gds
"""


def _line(name: str, words: str) -> str:
    return f"{name}\t: {' '.join(words.split())}\n"


PROCESSOR = "".join(
    (
        "processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 23\nmodel name\t: AMD Ryzen 5 with Radeon Graphics\n",
        _line("flags\t", f"{_ALL} {_AMD}"),
        "TLB size\t: 2560 4K pages\npower management: ts ttp tm hwpstate eff_freq_ro [13] [14]\n\n",
        "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 142\n",
        "model name\t: Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz\nstepping\t: 10\nmicrocode\t: 0xf4\n",
        "cpu MHz\t\t: 800.000\ncache size\t: 6144 KB\nphysical id\t: 0\nsiblings\t: 8\n",
        "core id\t\t: 0\ncpu cores\t: 4\n",
        "apicid\t\t: 0\ninitial apicid\t: 0\nfpu\t\t: yes\nfpu_exception\t: yes\ncpuid level\t: 22\nwp\t\t: yes\n",
        _line("flags\t", f"{_ALL} {_INTEL}"),
        _line("vmx flags", _VMX),
        _line("bugs\t", _BUGS),
        "bogomips\t: 3600.00\nclflush size\t: 64\ncache_alignment\t: 64\n",
        "address sizes\t: 39 bits physical, 48 bits virtual\npower management:\n\nprocessor\t: 1\n",
    )
)

MEMORY = "".join(
    f"{name + ':':16}       0 kB\n"
    for name in """
    MemTotal MemFree MemAvailable Buffers Cached SwapCached Active Inactive Active(anon) Inactive(anon) Active(file)
    Inactive(file) Unevictable Mlocked SwapTotal SwapFree Zswap Zswapped Dirty Writeback AnonPages Mapped Shmem
    KReclaimable Slab SReclaimable SUnreclaim KernelStack PageTables SecPageTables NFS_Unstable Bounce WritebackTmp
    CommitLimit Committed_AS VmallocTotal VmallocUsed VmallocChunk Percpu HardwareCorrupted
    AnonHugePages ShmemHugePages ShmemPmdMapped FileHugePages FilePmdMapped CmaTotal CmaFree HugePages_Total
    HugePages_Free HugePages_Rsvd HugePages_Surp Hugepagesize Hugetlb DirectMap4k DirectMap2M DirectMap1G
    """.split()
)

KERNEL = """Linux version 6.1.0-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) 12.2.0, GNU ld (GNU \
Binutils for Debian) 2.40) #1 SMP PREEMPT_DYNAMIC Debian
<3>[    0.000000] [Firmware Bug]: <4>[    0.100000] ACPI BIOS Error (bug): Could not resolve symbol [\\_SB.PCI0.
], AE_NOT_FOUND (20220331/psargs-330)
ACPI Error: Aborting method due to previous error (AE_NOT_FOUND) (20220331/psparse-529)
ACPI Warning: SystemIO range conflicts with OpRegion ACPI BIOS Warning (bug): Method parse/execution failed
 CPU bug present and SMT on, data leak possible. See https://www.kernel.org/doc/html/latest/admin-guide/hw-vuln/.html
platform: pci 0000:00: ata1.00: usb 1-1: nvme nvme0: iwlwifi 0000:00: i915 0000:00:02.0: [drm] snd_hda_intel hid-generic
 failed to load firmware Direct firmware load for  failed with error -2 failed (-22)
missing or invalid timed out device not supported disabled
"""


def _input(bus: str, name: str, phys: str, sysfs: str, handlers: str, bits: str) -> str:
    return (
        f'I: Bus={bus} Vendor=0001 Product=0001 Version=0000\nN: Name="{name}"\nP: Phys={phys}\n'
        f"S: Sysfs=/devices/{sysfs}\nU: Uniq=\nH: Handlers={handlers} \n"
        + "".join(f"B: {bit}\n" for bit in f"PROP=0/{bits}".split("/"))
        + "\n"
    )


_ACPI = "LNXSYSTM:00/LNXSYBUS:00"
_KEYS = "KEY=402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe"
INPUT = "".join(
    (
        _input("0003", "Integrated Camera: Integrated C", "usb-0000:00:14.0-8/button", "pci0000:00", "kbd", "EV=3"),
        _input("0019", "HP WMI hotkeys", "wmi/input0", "virtual/input/input9", "rfkill kbd event9", "EV=33/MSC=10"),
        _input("0018", "ELAN Touchscreen", "i2c-ELAN", "platform/AMDI0010:00/i2c-0", "mouse1 event5", "EV=1b/PROP=5"),
        _input(
            "0000", "HDA Intel PCH Mic", "ALSA", "pci0000:00/0000:00:1f.3/sound/card0/input8", "event8", "EV=21/SW=10"
        ),
        _input(
            "0000", "HDA Intel PCH Headphone", "ALSA", "pci0000:00/0000:00:1f.3/sound/card0/input8", "event8", "SW=4"
        ),
        _input(
            "0000", "HDA Intel PCH HDMI/DP,pcm=3", "ALSA", "pci0000:00/0000:00:1f.3/sound/card0", "event9", "SW=140"
        ),
        _input(
            "0019", "Power Button", "PNP0C0C/button/input0", f"{_ACPI}/PNP0C0C:00/input/input0", "kbd event0", "EV=3"
        ),
        _input(
            "0019", "Sleep Button", "PNP0C0E/button/input0", f"{_ACPI}/PNP0C0E:00/input/input1", "kbd event1", "EV=3"
        ),
        _input(
            "0019", "Lid Switch", "PNP0C0D/button/input0", f"{_ACPI}/PNP0C0D:00/input/input1", "event1", "EV=21/SW=1"
        ),
        _input(
            "0019",
            "Power Button",
            "LNXPWRBN/button/input0",
            "LNXSYSTM:00/LNXPWRBN:00/input/input2",
            "kbd event2",
            "EV=3/KEY=10000000000000 0",
        ),
        _input(
            "0019",
            "Video Bus",
            "LNXVIDEO/video/input0",
            f"{_ACPI}/PNP0A08:00/LNXVIDEO:00/input/input7",
            "kbd event7",
            "EV=3/KEY=3e000b00000000 0 0 0",
        ),
        _input("0010", "PC Speaker", "isa0061/input0", "platform/pcspkr/input/input6", "kbd event6", "EV=40001/SND=6"),
        _input(
            "0011",
            "SynPS/2 Synaptics TouchPad",
            "isa0060/serio1/input0",
            "platform/i8042/serio1/input/input5",
            "mouse0 event4",
            "EV=b/KEY=e520 10000 0 0 0 0/ABS=660800011000003",
        ),
        _input(
            "0011",
            "AT Translated Set 2 keyboard",
            "isa0060/serio0/input0",
            "platform/i8042/serio0/input/input3",
            "sysrq kbd leds event3",
            f"EV=120013/{_KEYS}/MSC=10/LED=7",
        ),
    )
)
