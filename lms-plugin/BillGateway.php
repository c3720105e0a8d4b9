<?php

/**
 * Carries what LMS tells its plugins to the connector of Bill Gateway on the same machine, and puts the
 * connector's answer back. Without the connector LMS shows and sends what it would without this plugin.
 *
 * PLUGIN_DB_VERSION is left out on purpose: with it LMS would look for a database schema of this plugin.
 */
class BillGateway extends LMSPlugin
{
    public const PLUGIN_DIRECTORY_NAME = 'BillGateway';
    public const PLUGIN_NAME = 'Bill Gateway';
    public const PLUGIN_ALIAS = 'billgateway';
    public const PLUGIN_DESCRIPTION = 'Buttons «Opłać teraz» and payments made online (connector of Bill Gateway)';
    public const PLUGIN_AUTHOR = 'Bill Gateway';
    public const PLUGIN_SOFTWARE_VERSION = '0.1.0';

    /** @return void */
    public function registerHandlers()
    {
        $this->handlers = [
            'menu_initialized' => self::handler('Menu', 'menu'),
            'modules_dir_initialized' => self::handler('Menu', 'modules'),
            'access_table_initialized' => self::handler('Menu', 'permissions'),
            'userpanel_finances_main_before_module_display' => self::handler('Panel', 'finances'),
            'customer_before_display' => self::handler('BlockPage', 'byAddress'),
            'customer_otherip_before_display' => self::handler('BlockPage', 'byLogin'),
            'invoice_email_before_send' => self::handler('Message', 'invoice'),
            'notify_parse_customer_data' => self::handler('Message', 'notice'),
            'messageadd_variable_parser' => self::handler('Message', 'message'),
            'cashimport_after_commit' => self::handler('Import', 'booked'),
        ];
    }

    /** @return array{class: string, method: string} */
    private static function handler(string $subject, string $method): array
    {
        return ['class' => "BillGateway{$subject}Handler", 'method' => $method];
    }
}
