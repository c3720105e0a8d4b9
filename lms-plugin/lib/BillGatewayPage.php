<?php

/** The plugin's pages `?m=…`: passes the request on to the connector and puts its answer into LMS's layout. */
final class BillGatewayPage
{
    /** Permission => label, modules that it opens, menus that it shows. */
    public const PERMISSIONS = [
        'billtech_payments' => [
            'BillTech payments: see',
            '^billtechpayments$',
            ['finances' => ['billtechpayments']],
        ],
        'billtech_settle' => [
            'BillTech payments: see, settle and reopen',
            '^billtechpayments$',
            ['finances' => ['billtechpayments']],
        ],
        'billtech_config' => ['BillTech: settings', '^billtechconfig$', ['config' => ['billtechconfig']]],
        'billtech_state' => ['BillTech: state', '^billtechstate$', ['config' => ['billtechstate']]],
    ];

    /** LMS's own names for an operator who may do everything. */
    private const EVERYTHING = ['full_access', 'superuser'];

    private const SESSION_VALUE = 'billgateway_form';
    private const FIELDS_MAX = 1000;
    private const LAYOUTS = [
        'layout.html' => '{extends file="layout.html"}{block name=title}{$billgateway_title}{/block}'
            . '{block name=module_content}{$billgateway_html}{/block}',
        'header.html' => '{include file="header.html"}{$billgateway_html}{include file="footer.html"}',
    ];

    /** Answers the request for a module that LMS has found the operator may open. */
    public static function serve(string $module): void
    {
        try {
            $answer = BillGatewayBridge::exchange('page', self::request($module), BillGatewayBridge::RELAY_MS);
        } catch (Throwable $fault) {
            error_log("BillGateway: the page $module is not there: {$fault->getMessage()}");
            $answer = ['status' => 503, 'title' => 'BillTech', 'html' => self::away($fault)];
        }
        if (isset($answer['redirect'])) {
            self::redirect((string) $answer['redirect']);
        } elseif (is_array($answer['download'] ?? null)) {
            self::download($answer['download']);
        } else {
            self::show((int) ($answer['status'] ?? 200), (string) ($answer['title'] ?? ''), (string) ($answer['html'] ?? ''));
        }
    }

    public static function translated(string $text): string
    {
        return function_exists('trans') ? (string) trans($text) : $text;
    }

    /** @return array<string, mixed> */
    private static function request(string $module): array
    {
        $id = class_exists('Auth') && method_exists('Auth', 'GetCurrentUser') ? Auth::GetCurrentUser() : null;
        $method = $_SERVER['REQUEST_METHOD'] ?? 'GET';
        return [
            'module' => $module,
            'method' => $method,
            'query' => (object) self::fields($_GET),
            'form' => (object) ($method === 'POST' ? self::fields($_POST) : []),
            'operator' => ['id' => (int) $id, 'name' => self::operatorName(), 'rights' => self::rights((int) $id)],
            'session' => self::session(),
            'language' => self::language(),
        ];
    }

    /**
     * @param array<mixed> $fields
     * @return array<string, string|list<string>>
     */
    private static function fields(array $fields): array
    {
        $kept = [];
        foreach (array_slice($fields, 0, self::FIELDS_MAX, true) as $name => $value) {
            if (is_string($value)) {
                $kept[(string) $name] = $value;
            } elseif (is_array($value)) {
                $kept[(string) $name] = array_values(array_filter($value, 'is_string'));
            }
        }
        return $kept;
    }

    private static function operatorName(): string
    {
        $name = $GLOBALS['layout']['logname'] ?? null;
        return is_string($name) ? $name : '';
    }

    /** @return list<string> those of our permissions that LMS gave to the operator */
    private static function rights(int $id): array
    {
        $given = [];
        $lms = $GLOBALS['LMS'] ?? null;
        if ($id > 0 && is_object($lms) && method_exists($lms, 'GetUserRights')) {
            $given = (array) $lms->GetUserRights($id);
        }
        $held = static fn (string $right): bool => in_array($right, $given, true)
            || (method_exists('ConfigHelper', 'checkPrivilege') && ConfigHelper::checkPrivilege($right));
        $rights = array_values(array_filter(array_keys(self::PERMISSIONS), $held));
        return array_filter(self::EVERYTHING, $held) === [] ? $rights : array_merge($rights, ['full_access']);
    }

    /** Tells this login from any other, so that a form drawn here is taken from here only. */
    private static function session(): string
    {
        $session = $GLOBALS['SESSION'] ?? null;
        if (!is_object($session) || !method_exists($session, 'get') || !method_exists($session, 'save')) {
            return '';
        }
        $value = $session->get(self::SESSION_VALUE);
        if (!is_string($value) || $value === '') {
            $value = bin2hex(random_bytes(32));
            $session->save(self::SESSION_VALUE, $value);
        }
        return hash('sha256', $value);
    }

    private static function language(): string
    {
        if (class_exists('Localisation') && method_exists('Localisation', 'getCurrentUiLanguage')) {
            return (string) Localisation::getCurrentUiLanguage();
        }
        return (string) ($GLOBALS['LMS']->ui_lang ?? '');
    }

    private static function away(Throwable $fault): string
    {
        $says = htmlspecialchars(self::translated('The connector of Bill Gateway does not answer.'));
        $why = htmlspecialchars($fault->getMessage(), ENT_QUOTES | ENT_SUBSTITUTE);
        return "<h1>BillTech</h1><p role=\"alert\">$says</p><p>$why</p>"
            . '<p><code>systemctl status bill-gateway-lms</code> · <code>bill-gateway-lms doctor</code></p>';
    }

    private static function redirect(string $to): void
    {
        if (!preg_match('/^\?m=billtech[a-z]{1,32}(?:[&#][\x21-\x7e]*)?$/D', $to)) {
            self::show(500, 'BillTech', self::away(new RuntimeException('it named an address outside its pages')));
            return;
        }
        self::leave();
        header("Location: $to", true, 303);
        exit;
    }

    /** @param array<mixed> $file */
    private static function download(array $file): void
    {
        $name = preg_replace('/[^A-Za-z0-9._-]/', '_', (string) ($file['name'] ?? '')) ?: 'billtech';
        $type = (string) ($file['type'] ?? '');
        self::leave();
        header('Content-Type: ' . (preg_match('#^[a-z]+/[a-z0-9.+-]+(; ?charset=[a-z0-9-]+)?$#Di', $type) ? $type : 'text/plain'));
        header("Content-Disposition: attachment; filename=\"$name\"");
        header('Cache-Control: no-store');
        header('X-Content-Type-Options: nosniff');
        echo (string) ($file['content'] ?? '');
        exit;
    }

    private static function leave(): void
    {
        $session = $GLOBALS['SESSION'] ?? null;
        if (is_object($session) && method_exists($session, 'close')) {
            $session->close();
        }
    }

    private static function show(int $status, string $title, string $html): void
    {
        $title = htmlspecialchars($title, ENT_QUOTES | ENT_SUBSTITUTE);
        http_response_code($status >= 200 && $status <= 599 ? $status : 500);
        echo self::inLayout($title, $html) ?? "<!DOCTYPE html><html><head><meta charset=\"utf-8\">"
            . "<meta name=\"viewport\" content=\"width=device-width\"><title>$title</title></head><body>$html</body></html>";
    }

    /** @return string|null null where this LMS has no layout that shows the content */
    private static function inLayout(string $title, string $html): ?string
    {
        $smarty = $GLOBALS['SMARTY'] ?? null;
        if (!is_object($smarty)) {
            return null;
        }
        $GLOBALS['layout']['pagetitle'] = $title;
        $smarty->assign(['layout' => $GLOBALS['layout'], 'billgateway_title' => $title, 'billgateway_html' => $html]);
        foreach (self::LAYOUTS as $file => $template) {
            try {
                $page = $smarty->templateExists($file) ? $smarty->fetch("string:$template") : '';
                if ($html === '' || strpos($page, $html) !== false) {
                    return $page === '' ? null : $page;
                }
            } catch (Throwable $fault) {
                continue;
            }
        }
        return null;
    }
}
