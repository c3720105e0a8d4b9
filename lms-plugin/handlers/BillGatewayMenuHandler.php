<?php

/** Where an operator finds the plugin's pages, and which rights LMS asks for them. */
class BillGatewayMenuHandler
{
    /**
     * @param mixed $menu
     * @return mixed
     */
    public function menu($menu)
    {
        if (!is_array($menu)) {
            return $menu;
        }
        $entries = [
            ['finances', 'billtechpayments', 'BillTech payments', 'Payments made online and their settlement'],
            ['config', 'billtechconfig', 'BillTech', 'Settings of the connector of Bill Gateway'],
            ['config', 'billtechstate', 'BillTech: state', 'What the connector of Bill Gateway does and misses'],
        ];
        foreach ($entries as [$place, $module, $name, $tip]) {
            // A menu that this operator does not see is not made for him.
            if (isset($menu[$place]['submenu']) && is_array($menu[$place]['submenu'])) {
                $menu[$place]['submenu'][$module] = [
                    'name' => BillGatewayPage::translated($name),
                    'link' => "?m=$module",
                    'tip' => BillGatewayPage::translated($tip),
                    'prio' => 190,
                ];
            }
        }
        return $menu;
    }

    /**
     * @param mixed $directories
     * @return mixed
     */
    public function modules($directories)
    {
        if (is_array($directories)) {
            array_unshift($directories, dirname(__DIR__) . DIRECTORY_SEPARATOR . 'modules');
        }
        return $directories;
    }

    /**
     * @param mixed $data
     * @return mixed
     */
    public function permissions($data)
    {
        try {
            $rights = AccessRights::getInstance();
            foreach (BillGatewayPage::PERMISSIONS as $id => [$label, $modules, $menus]) {
                $permission = new Permission($id, BillGatewayPage::translated($label), $modules, null, $menus);
                $rights->insertPermission($permission, AccessRights::FIRST_FORBIDDEN_PERMISSION);
            }
        } catch (Throwable $fault) {
            error_log("BillGateway: LMS did not take our permissions ({$fault->getMessage()}); "
                . 'only operators with full access can open its pages.');
        }
        return $data;
    }
}
