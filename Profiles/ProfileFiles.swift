// The files of the profiles by name; a test compares them with the folders.

/// The device profiles that the program carries.
public enum ProfileFiles {
    /// Folder and id of each, and its text.
    public static var all: [(name: String, text: String)] {
        bytes.map { ($0.0, String(decoding: $0.1, as: UTF8.self)) }
    }

    private static var bytes: [(String, [UInt8])] {
        [
            ("http/shelly-3em-http", PackageResources.shelly_3em_http_toml),
            ("http/shelly-em-http", PackageResources.shelly_em_http_toml),
            ("http/shelly-plus-plug-s-http", PackageResources.shelly_plus_plug_s_http_toml),
            ("http/shelly-pro-3em-http", PackageResources.shelly_pro_3em_http_toml),
            ("http/tasmota-plug-http", PackageResources.tasmota_plug_http_toml),
            ("modbus/abb-acs320", PackageResources.abb_acs320_toml),
            ("modbus/abb-b21", PackageResources.abb_b21_toml),
            ("modbus/abb-b23", PackageResources.abb_b23_toml),
            ("modbus/advantech-adam-6050", PackageResources.advantech_adam_6050_toml),
            ("modbus/advantech-adam-6060", PackageResources.advantech_adam_6060_toml),
            ("modbus/banner-qm42vt2", PackageResources.banner_qm42vt2_toml),
            ("modbus/brainboxes-ed-516", PackageResources.brainboxes_ed_516_toml),
            ("modbus/brainboxes-ed-588", PackageResources.brainboxes_ed_588_toml),
            ("modbus/carlo-gavazzi-em112", PackageResources.carlo_gavazzi_em112_toml),
            (
                "modbus/carlo-gavazzi-em24-ethernet",
                PackageResources.carlo_gavazzi_em24_ethernet_toml
            ),
            ("modbus/carlo-gavazzi-em24", PackageResources.carlo_gavazzi_em24_toml),
            ("modbus/carlo-gavazzi-em340", PackageResources.carlo_gavazzi_em340_toml),
            ("modbus/chint-ddsu666", PackageResources.chint_ddsu666_toml),
            ("modbus/chint-dtsu666", PackageResources.chint_dtsu666_toml),
            ("modbus/danfoss-vlt-fc51", PackageResources.danfoss_vlt_fc51_toml),
            ("modbus/delta-ms300", PackageResources.delta_ms300_toml),
            ("modbus/eastron-sdm120", PackageResources.eastron_sdm120_toml),
            ("modbus/eastron-sdm230", PackageResources.eastron_sdm230_toml),
            ("modbus/eastron-sdm630", PackageResources.eastron_sdm630_toml),
            ("modbus/eastron-sdm72d-m-v2", PackageResources.eastron_sdm72d_m_v2_toml),
            ("modbus/eastron-sdm72d-m", PackageResources.eastron_sdm72d_m_toml),
            ("modbus/eaton-m-max", PackageResources.eaton_m_max_toml),
            ("modbus/eurotherm-3216", PackageResources.eurotherm_3216_toml),
            ("modbus/finder-7m24", PackageResources.finder_7m24_toml),
            ("modbus/inepro-pro380", PackageResources.inepro_pro380_toml),
            ("modbus/invertek-optidrive-e3", PackageResources.invertek_optidrive_e3_toml),
            ("modbus/janitza-umg-96rm", PackageResources.janitza_umg_96rm_toml),
            ("modbus/keller-33x", PackageResources.keller_33x_toml),
            ("modbus/lenze-i550", PackageResources.lenze_i550_toml),
            ("modbus/lovato-dmg610", PackageResources.lovato_dmg610_toml),
            ("modbus/mitsubishi-fr-d700", PackageResources.mitsubishi_fr_d700_toml),
            ("modbus/moxa-iologik-e1210", PackageResources.moxa_iologik_e1210_toml),
            ("modbus/moxa-iologik-e1212", PackageResources.moxa_iologik_e1212_toml),
            ("modbus/moxa-iologik-e1214", PackageResources.moxa_iologik_e1214_toml),
            ("modbus/moxa-iologik-e1240", PackageResources.moxa_iologik_e1240_toml),
            ("modbus/omron-e5cc", PackageResources.omron_e5cc_toml),
            ("modbus/omron-mx2", PackageResources.omron_mx2_toml),
            ("modbus/orno-or-we-516", PackageResources.orno_or_we_516_toml),
            ("modbus/patlite-la6-poe", PackageResources.patlite_la6_poe_toml),
            ("modbus/peacefair-pzem-004t-v3", PackageResources.peacefair_pzem_004t_v3_toml),
            ("modbus/peacefair-pzem-016", PackageResources.peacefair_pzem_016_toml),
            ("modbus/schneider-atv320", PackageResources.schneider_atv320_toml),
            ("modbus/schneider-iem3155", PackageResources.schneider_iem3155_toml),
            ("modbus/schneider-iem3255", PackageResources.schneider_iem3255_toml),
            ("modbus/schneider-pm3255", PackageResources.schneider_pm3255_toml),
            ("modbus/schneider-pm5110", PackageResources.schneider_pm5110_toml),
            ("modbus/shelly-pro-3em-modbus", PackageResources.shelly_pro_3em_modbus_toml),
            ("modbus/siemens-logo-8", PackageResources.siemens_logo_8_toml),
            ("modbus/siemens-pac2200", PackageResources.siemens_pac2200_toml),
            ("modbus/siemens-pac3200", PackageResources.siemens_pac3200_toml),
            ("modbus/siemens-sinamics-g120x", PackageResources.siemens_sinamics_g120x_toml),
            ("modbus/socomec-countis-e3x", PackageResources.socomec_countis_e3x_toml),
            ("modbus/socomec-diris-a10", PackageResources.socomec_diris_a10_toml),
            ("modbus/vpinstruments-vpflowscope", PackageResources.vpinstruments_vpflowscope_toml),
            ("modbus/wago-750-352", PackageResources.wago_750_352_toml),
            ("modbus/wago-879-3000", PackageResources.wago_879_3000_toml),
            (
                "modbus/waveshare-modbus-poe-eth-relay",
                PackageResources.waveshare_modbus_poe_eth_relay_toml
            ),
            (
                "modbus/waveshare-modbus-rtu-analog-input-8ch",
                PackageResources.waveshare_modbus_rtu_analog_input_8ch_toml
            ),
            (
                "modbus/waveshare-modbus-rtu-io-8ch",
                PackageResources.waveshare_modbus_rtu_io_8ch_toml
            ),
            (
                "modbus/waveshare-modbus-rtu-relay-d",
                PackageResources.waveshare_modbus_rtu_relay_d_toml
            ),
            ("modbus/waveshare-modbus-rtu-relay", PackageResources.waveshare_modbus_rtu_relay_toml),
            ("modbus/weg-cfw500", PackageResources.weg_cfw500_toml),
            ("modbus/witmotion-wtvb01-485", PackageResources.witmotion_wtvb01_485_toml),
            ("modbus/xy-md02", PackageResources.xy_md02_toml),
            ("modbus/yaskawa-a1000", PackageResources.yaskawa_a1000_toml),
            ("mqtt/shelly-3em", PackageResources.shelly_3em_toml),
            ("mqtt/shelly-em", PackageResources.shelly_em_toml),
            ("mqtt/shelly-plug-s", PackageResources.shelly_plug_s_toml),
            ("mqtt/shelly-plus-plug-s", PackageResources.shelly_plus_plug_s_toml),
            ("mqtt/shelly-pro-3em", PackageResources.shelly_pro_3em_toml),
            ("mqtt/tasmota-plug", PackageResources.tasmota_plug_toml),
            ("mqtt/third-reality-3rvs01031z", PackageResources.third_reality_3rvs01031z_toml),
            ("mqtt/zigbee2mqtt-ts011f-plug", PackageResources.zigbee2mqtt_ts011f_plug_toml),
            ("mtconnect/hurco-mtconnect", PackageResources.hurco_mtconnect_toml),
            ("mtconnect/mazak-mtconnect", PackageResources.mazak_mtconnect_toml),
            ("opc-ua/siemens-s7-1500-opc-ua", PackageResources.siemens_s7_1500_opc_ua_toml),
            ("s7/siemens-s7-1200", PackageResources.siemens_s7_1200_toml),
            ("serial/honeywell-vuquest-3310g", PackageResources.honeywell_vuquest_3310g_toml),
            ("serial/mettler-toledo-mt-sics", PackageResources.mettler_toledo_mt_sics_toml),
            ("serial/ohaus-navigator", PackageResources.ohaus_navigator_toml),
            ("serial/sartorius-sbi", PackageResources.sartorius_sbi_toml),
        ]
    }
}
