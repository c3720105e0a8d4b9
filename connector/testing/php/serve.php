<?php

/**
 * Plays LMS's index.php for PHP's own web server: finds the module of `?m=` among the plugin's directories and includes
 * it for the operator of the scene, with a session that a cookie names.
 */

$scene = json_decode(file_get_contents(getenv('LMS_SCENE')), true, 64, JSON_THROW_ON_ERROR);
require __DIR__ . '/boot.php';

$sid = $_COOKIE['SID'] ?? '';
if (!preg_match('/^[0-9a-f]{32}$/D', $sid)) {
    $sid = bin2hex(random_bytes(16));
    setcookie('SID', $sid, ['httponly' => true]);
}
$sessionFile = "{$scene['scratch']}/session-$sid.json";
if (is_file($sessionFile)) {
    $SESSION->content = json_decode(file_get_contents($sessionFile), true);
}
register_shutdown_function(static function () use ($sessionFile): void {
    file_put_contents($sessionFile, json_encode($GLOBALS['SESSION']->content));
});

$SMARTY = smartyOf($scene['templates'] ?? 'layout');
$gateway = new BillGateway();
$directories = $gateway->call('modules_dir_initialized', ['/usr/share/lms/modules']);
$module = preg_match('/^[a-z]{1,40}$/D', $_GET['m'] ?? '') ? $_GET['m'] : 'welcome';
// LMS lets an operator into a module only if one of his permissions names it.
$gateway->call('access_table_initialized', null);
$allowed = in_array('full_access', $LMS->rights, true);
foreach (AccessRights::getInstance()->permissions as $permission) {
    $held = in_array($permission->id, $LMS->rights, true);
    $allowed = $allowed || ($held && preg_match("/$permission->allow/i", $module));
}
$files = array_filter(array_map(static fn (string $each): string => "$each/$module.php", $directories), 'is_file');
if (!$allowed || $files === []) {
    http_response_code($allowed ? 404 : 403);
    exit($allowed ? 'no such module' : 'LMS: no rights for this module');
}
require reset($files);
