<?php

/** Sets up what LMS has set up when it calls a plugin: `$scene` says with which settings, operator and customer. */

require __DIR__ . '/lms.php';

$plugin = $scene['plugin'];

// LMS loads classes by Composer's class map over its plugins: here, by walking the directory once.
$classes = [];
foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator($plugin)) as $file) {
    if ($file->getExtension() === 'php') {
        $classes[$file->getBasename('.php')] = $file->getPathname();
    }
}
spl_autoload_register(static function (string $class) use ($classes): void {
    if (isset($classes[$class]) && strpos($class, 'BillGateway') === 0) {
        require $classes[$class];
    }
});
require "$plugin/lib/locale/pl_PL/strings.php";

if ($scene['compileDirectory']) {
    define('SMARTY_COMPILE_DIR', $scene['compileDirectory']);
}
ConfigHelper::$settings = $scene['settings'];
ConfigHelper::$privileges = $scene['privileges'] ?? [];
$SESSION = new Session();
$SESSION->id = $scene['customerId'] ?? null;
$SESSION->content = $scene['session'] ?? [];
$LMS = new LMS();
$LMS->rights = $scene['rights'] ?? [];
$layout = ['logname' => $scene['operator'] ?? 'Anna Operator', 'pagetitle' => ''];
if (isset($scene['arguments'])) {
    $_SERVER['argv'] = array_merge(['lms-notify.php'], $scene['arguments']);
}

function smartyOf(string $templates): LMSSmarty
{
    $smarty = new LMSSmarty();
    $smarty->setTemplateDir("{$GLOBALS['scene']['scratch']}/templates/$templates");
    $smarty->setCompileDir($GLOBALS['scene']['scratch'] . '/smarty');
    return $smarty;
}
