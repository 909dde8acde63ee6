"""What `smartctl --json` (smartmontools 7) and `iw phy` (iw 5) say of every disk and every radio."""

from __future__ import annotations

import json


def smart() -> str:
    """The report of an ATA disk and of an NVMe one, in smartctl's own layout."""
    flag = {"value": 50, "string": "-O--CK ", "prefailure": False, "updated_online": True, "performance": False}
    flags = {**flag, "error_rate": False, "event_count": True, "auto_keep": True}
    raw = {"value": 0, "string": "0"}
    row = {"id": 5, "name": "Reallocated_Sector_Ct", "value": 100, "worst": 100, "thresh": 0, "when_failed": ""}
    names = """Raw_Read_Error_Rate Power_On_Hours Power_Cycle_Count Wear_Leveling_Count Temperature_Celsius
    UDMA_CRC_Error_Count Reported_Uncorrect Current_Pending_Sector Offline_Uncorrectable Total_LBAs_Written"""
    size = {"blocks": 1000215216, "bytes": 512110190592}
    head = {
        "json_format_version": [1, 0],
        "smartctl": {
            "version": [7, 3],
            "pre_release": False,
            "svn_revision": "5338",
            "platform_info": "x86_64-linux-6.1.0-amd64",
            "build_info": "(local build)",
            "argv": ["smartctl", "--json", "-x", "/dev/nvme0n1"],
            "exit_status": 0,
        },
        "local_time": {"time_t": 16, "asctime": "Mon Jan  1 00:00:00 2024 UTC"},
        "device": {"name": "/dev/sda", "info_name": "/dev/sda [SAT]", "type": "sat", "protocol": "ATA"},
        "model_family": "",
        "model_name": "",
        "serial_number": "",
        "wwn": {"naa": 5, "oui": 1, "id": 1},
        "firmware_version": "",
        "user_capacity": size,
        "logical_block_size": 512,
        "physical_block_size": 4096,
        "rotation_rate": 0,
        "form_factor": {"ata_value": 3, "name": "2.5 inches"},
        "trim": {"supported": True, "deterministic": True, "zeroed": True},
        "in_smartctl_database": True,
        "ata_version": {"string": "ACS-3 T13/2161-D revision 5", "major_value": 2040, "minor_value": 109},
        "sata_version": {"string": "SATA 3.2", "value": 255},
        "interface_speed": {
            "max": {"sata_value": 14, "string": "6.0 Gb/s", "units_per_second": 60, "bits_per_unit": 100000000}
        },
        "smart_support": {"available": True, "enabled": True},
        "smart_status": {"passed": True},
        "ata_smart_data": {"self_test": {"status": {"value": 0, "string": "completed without error", "passed": True}}},
        "ata_smart_attributes": {"revision": 1, "table": [{**row, "flags": flags, "raw": raw}]},
        "power_on_time": {"hours": 1},
        "power_cycle_count": 1,
        "temperature": {"current": 36},
    }
    formatted = {"formatted_lba_size": 512, "eui64": {"oui": 9528, "ext_id": 1}}
    nvme = {
        "device": {"name": "/dev/nvme0n1", "info_name": "/dev/nvme0n1", "type": "nvme", "protocol": "NVMe"},
        "nvme_pci_vendor": {"id": 5197, "subsystem_id": 5197},
        "nvme_ieee_oui_identifier": 9528,
        "nvme_total_capacity": 512110190592,
        "nvme_unallocated_capacity": 0,
        "nvme_controller_id": 1,
        "nvme_version": {"string": "1.3", "value": 66304},
        "nvme_number_of_namespaces": 1,
        "nvme_namespaces": [{"id": 1, "size": size, "capacity": size, "utilization": size, **formatted}],
        "user_capacity": size,
        "smart_status": {"passed": True, "nvme": {"value": 0}},
        "nvme_smart_health_information_log": {
            "critical_warning": 0,
            "temperature": 36,
            "available_spare": 100,
            "available_spare_threshold": 10,
            "percentage_used": 0,
            "data_units_read": 1,
            "data_units_written": 1,
            "host_reads": 1,
            "host_writes": 1,
            "controller_busy_time": 1,
            "power_cycles": 1,
            "power_on_hours": 1,
            "unsafe_shutdowns": 1,
            "media_errors": 0,
            "num_err_log_entries": 0,
            "warning_temp_time": 0,
            "critical_comp_time": 0,
            "temperature_sensors": [36],
        },
        "temperature": {"current": 36},
        "power_cycle_count": 1,
        "power_on_time": {"hours": 1},
    }
    return names + json.dumps(head, indent=2) + json.dumps(nvme, indent=2)


def radio() -> str:
    """A radio for both bands."""
    return "".join(
        (
            "Wiphy phy0\n\twiphy index: 0\n\tmax # scan SSIDs: 20\n\tmax scan IEs length: 425 bytes\n"
            "\tmax # sched scan SSIDs: 20\n\tmax # match sets: 8\n\tmax # scan plans: 1\n\tmax scan plan interval: -1\n"
            "\tmax scan plan iterations: 0\n\tRetry short limit: 7\n\tRetry long limit: 4\n"
            "\tCoverage class: 0 (up to 0m)\n",
            _each("\tDevice supports ", "RSN-IBSS./AP-side u-APSD./T-DLS./HT-IBSS./low priority scan./scan flush."),
            "\tSupported Ciphers:\n",
            _each("\t\t* ", "WEP40 (00-0f-ac:1)/WEP104 (00-0f-ac:5)/TKIP (00-0f-ac:2)/CCMP-128 (00-0f-ac:4)"),
            _each("\t\t* ", "CCMP-256 (00-0f-ac:10)/GCMP-128 (00-0f-ac:8)/GCMP-256 (00-0f-ac:9)/CMAC (00-0f-ac:6)"),
            _each("\t\t* ", "CMAC-256 (00-0f-ac:13)/GMAC-128 (00-0f-ac:11)/GMAC-256 (00-0f-ac:12)"),
            "\tAvailable Antennas: TX 0x3 RX 0x3\n\tConfigured Antennas: TX 0x3 RX 0x3\n\tSupported interface modes:\n",
            _each("\t\t * ", "IBSS/managed/AP/AP%VLAN/monitor/mesh point/P2P-client/P2P-GO/P2P-device"),
            "\tBand 1:\n\t\tCapabilities: 0x11ef\n",
            _each(
                "\t\t\t", "RX LDPC/HT20%HT40/SM Power Save disabled/RX HT20 SGI/RX HT40 SGI/TX STBC/RX STBC 1-stream"
            ),
            _each("\t\t\t", "Max AMSDU length: 3839 bytes/DSSS%CCK HT40"),
            "\t\tMaximum RX AMPDU length 65535 bytes (exponent: 0x003)\n"
            "\t\tMinimum RX AMPDU time spacing: 4 usec (0x05)\n\t\tHT Max RX data rate: 300 Mbps\n"
            "\t\tHT TX/RX MCS rate indexes supported: 0-15\n\t\tVHT Capabilities (0x039071b2):\n",
            _each("\t\t\t", "Max MPDU length: 11454/Supported Channel Width: neither 160 nor 80+80/short GI (80 MHz)"),
            _each("\t\t\t", "SU Beamformee/MU Beamformee"),
            "\t\tVHT RX MCS set:\n",
            "".join(f"\t\t\t{n} streams: {'MCS 0-9' if n < 3 else 'not supported'}\n" for n in range(1, 9)),
            "\t\tVHT RX highest supported: 0 Mbps\n\t\tVHT TX MCS set:\n\t\tBitrates (non-HT):\n\t\t\t* 1.0 Mbps\n",
            _each("\t\t\t* ", "2.0 Mbps (short preamble supported)/5.5 Mbps (short preamble supported)"),
            _each("\t\t\t* ", "11.0 Mbps (short preamble supported)/6.0 Mbps/9.0 Mbps/12.0 Mbps/18.0 Mbps/24.0 Mbps"),
            _each("\t\t\t* ", "36.0 Mbps/48.0 Mbps/54.0 Mbps"),
            "\t\tFrequencies:\n",
            "".join(f"\t\t\t* {2407 + 5 * n} MHz [{n}] (20.0 dBm)\n" for n in range(1, 14)),
            "\t\t\t* 2484 MHz [14] (disabled)\n\t\t\t* 5180 MHz [36] (20.0 dBm) (no IR)\n"
            "\t\t\t* 5260 MHz [52] (20.0 dBm) (no IR, radar detection)\n\tSupported commands:\n",
            _each("\t\t * ", "new_interface/set_interface/new_key/start_ap/new_station/new_mpath/set_mesh_config"),
            _each("\t\t * ", "set_bss/authenticate/associate/deauthenticate/disassociate/join_ibss/join_mesh"),
            _each(
                "\t\t * ",
                "remain_on_channel/set_tx_bitrate_mask/frame/frame_wait_cancel/set_wiphy_netns/set_channel/tdls_mgmt",
            ),
            _each("\t\t * ", "tdls_oper/start_sched_scan/probe_client/set_noack_map/register_beacons/start_p2p_device"),
            _each("\t\t * ", "set_mcast_rate/connect/disconnect/channel_switch/set_qos_map/set_multicast_to_unicast"),
            "\tWoWLAN support:\n",
            _each("\t\t * ", "wake up on anything/wake up on disconnect/wake up on magic packet/can do GTK rekeying"),
            "\t\t * wake up on pattern match, up to 20 patterns of 16-128 bytes,\n"
            "\t\t   maximum packet offset 0 bytes\n"
            "\tsoftware interface modes (can always be added):\n\tinterface combinations are not supported\n"
            "\tvalid interface combinations:\n\t\t * #{ managed } <= 1, #{ AP, P2P-client, P2P-GO } <= 1, "
            "#{ P2P-device } <= 1,\n\t\t   total <= 3, #channels <= 2\n\tHT Capability overrides:\n",
            _each("\t\t * ", "MCS: ff ff ff ff ff ff ff ff ff ff/maximum A-MSDU length/supported channel width"),
            _each("\t\t * ", "short GI for 40 MHz/max A-MPDU length exponent/min MPDU start spacing"),
            "\tDevice supports TX status socket option.\n\tDevice supports SAE with AUTHENTICATE command\n"
            "\tDevice supports per-vif TX power setting\n\tDriver supports full state transitions for AP/GO clients\n"
            "\tDriver supports a userspace MPM\n\tDevice supports configuring vdev MAC-addr on create.\n"
            "\tDevice supports randomizing MAC-addr in scans.\n\tDevice supports randomizing MAC-addr in sched scans.\n"
            "\tSupported RX frame types:\n\t\t * IBSS: 0x40 0xb0 0xc0 0xd0\n\t\t * managed: 0x40 0xb0 0xd0\n"
            "\tSupported TX frame types:\n\t\t * managed: " + " ".join(f"0x{n:x}0" for n in range(16)) + "\n",
            "\tSupported extended features:\n\t\t* [ VHT_IBSS ]: VHT-IBSS\n\t\t* [ RRM ]: RRM\n"
            "\t\t* [ SET_SCAN_DWELL ]: scan dwell setting\n\t\t* [ FILS_STA ]: STA FILS (Fast Initial Link Setup)\n"
            "\t\t* [ CQM_RSSI_LIST ]: multiple CQM_RSSI_THOLD records\n"
            "\t\t* [ CONTROL_PORT_OVER_NL80211 ]: control port over nl80211\n"
            "\t\t* [ TXQS ]: FQ-CoDel-enabled intermediate TXQs\n",
        )
    )


def _each(before: str, words: str) -> str:
    """A line for each of the words between strokes; % stands for a stroke in a word."""
    return "".join(f"{before}{word}\n" for word in words.replace("%", "\0").split("/")).replace("\0", "/")
