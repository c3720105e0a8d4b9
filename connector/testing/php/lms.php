<?php

/**
 * Small stand-ins for what the plugin meets in LMS, written from LMS's documented behaviour: the base class of plugins,
 * the settings, the session, rights, the dispatcher of hooks. Smarty is the real one.
 */

require_once '/usr/share/php/smarty4/Smarty.class.php';

abstract class LMSPlugin
{
    /** @var array<string, array{class: string, method: string}> */
    protected $handlers = [];

    public function __construct()
    {
        $this->registerHandlers();
    }

    abstract public function registerHandlers();

    /** A handler is a new object at each call, and what it returns is all that the next plugin and LMS see. */
    public function call(string $hook, $data)
    {
        if (!isset($this->handlers[$hook])) {
            return $data;
        }
        ['class' => $class, 'method' => $method] = $this->handlers[$hook];
        return (new $class())->$method($data);
    }

    public function hooks(): array
    {
        return array_keys($this->handlers);
    }
}

class ConfigHelper
{
    /** @var array<string, string> */
    public static $settings = [];
    /** @var list<string> */
    public static $privileges = [];

    public static function getConfig($name, $default = null, $allowEmpty = false)
    {
        $value = self::$settings[$name] ?? null;
        return $value === null || ($value === '' && !$allowEmpty) ? $default : $value;
    }

    public static function checkPrivilege($privilege)
    {
        return in_array($privilege, self::$privileges, true);
    }
}

class Session
{
    /** @var int|null the customer in the panel */
    public $id;
    /** @var array<string, mixed> */
    public $content = [];
    public $closed = false;

    public function get($name)
    {
        return $this->content[$name] ?? null;
    }

    public function save($name, $content)
    {
        $this->content[$name] = $content;
    }

    public function close()
    {
        $this->closed = true;
    }
}

class Auth
{
    public static $user = 7;

    public static function GetCurrentUser()
    {
        return self::$user;
    }
}

class LMS
{
    /** @var list<string> */
    public $rights = [];

    public function GetUserRights($id)
    {
        return $this->rights;
    }
}

class Localisation
{
    public static function getCurrentUiLanguage()
    {
        return 'pl_PL';
    }
}

class Permission
{
    public $id;
    public $label;
    public $allow;
    public $menus;

    public function __construct($id, $label, $allow = null, $deny = null, $menus = null)
    {
        [$this->id, $this->label, $this->allow, $this->menus] = [$id, $label, $allow, $menus];
    }
}

class AccessRights
{
    public const FIRST_FORBIDDEN_PERMISSION = 'backup_management_forbidden';
    /** @var list<Permission> */
    public $permissions = [];
    private static $instance;

    public static function getInstance()
    {
        return self::$instance ??= new self();
    }

    public function insertPermission(Permission $permission, $place)
    {
        $this->permissions[] = $permission;
    }
}

class LMSSmarty extends Smarty
{
}

function trans($text)
{
    return $GLOBALS['_LANG'][$text] ?? $text;
}
