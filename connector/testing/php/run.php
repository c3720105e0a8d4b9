<?php

/**
 * Plays LMS for one process: reads steps in JSON from standard input, calls the plugin, prints what came back.
 *
 * Step kinds: `hook` {hook, data}, `show` {hook, vars, data, templates, template},
 * `permissions`.
 */

$scene = json_decode(stream_get_contents(STDIN), true, 64, JSON_THROW_ON_ERROR);
require __DIR__ . '/boot.php';

$gateway = new BillGateway();
$results = [];
foreach ($scene['steps'] as $step) {
    $result = [];
    switch ($step['kind']) {
        case 'hook':
            $data = isset($step['base64']) ? unserialize(base64_decode($step['base64'])) : $step['data'];
            $after = $gateway->call($step['hook'], $data);
            $result = ['same' => $after === $data, 'data' => $after];
            break;
        case 'show':
            $smarty = smartyOf($step['templates']);
            $smarty->assign($step['vars']);
            $data = ['smarty' => $smarty] + $step['data'];
            $after = $gateway->call($step['hook'], $data);
            $result = [
                'same' => $after === $data,
                'page' => $smarty->fetch($step['template']),
                'vars' => array_intersect_key($smarty->getTemplateVars(), $step['vars'] + ['custom_content' => 1]),
            ];
            break;
        case 'permissions':
            $gateway->call('access_table_initialized', null);
            $result = AccessRights::getInstance()->permissions;
            break;
        case 'hooks':
            $result = $gateway->hooks();
            break;
    }
    $results[] = $result;
}
echo json_encode($results, JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR);
