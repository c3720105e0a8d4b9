<?php

/**
 * After FAILURES failures in a row, the last of which cost time, the connector is left alone for PAUSE_S seconds, so
 * that neither the next page nor the thousandth notice waits for it in vain. A connector that is not there at all
 * costs nothing to ask, so it is back the moment it is started. Known to all processes by a file among LMS's compiled
 * templates, to this one without it too. Pages and mails count apart: they wait for different times.
 */
final class BillGatewayBreaker
{
    private const FAILURES = 3;
    private const PAUSE_S = 30;

    /** @var array<string, array{int, int}> failures in a row and the end of the pause, by kind */
    private static $own = [];

    /** @var string */
    private $kind;

    /** @param string $kind what waits: BillGatewayBridge::PAGE or MAIL */
    public function __construct(string $kind)
    {
        $this->kind = $kind;
    }

    public function isOpen(): bool
    {
        $now = time();
        [, $until] = $this->state();
        // A pause that ends later than any can was written by a clock that was wrong.
        return $until > $now && $until <= $now + self::PAUSE_S;
    }

    public function succeeded(): void
    {
        unset(self::$own[$this->kind]);
        $file = $this->file();
        if ($file !== null && @is_file($file)) {
            @unlink($file);
        }
    }

    /** @return bool whether it is the first of several failures, the one worth a line in the log */
    public function failed(bool $costTime): bool
    {
        $failures = min($this->state()[0] + 1, self::FAILURES);
        $until = $costTime && $failures === self::FAILURES ? time() + self::PAUSE_S : 0;
        self::$own[$this->kind] = [$failures, $until];
        $file = $this->file();
        // Renamed into place: a script of root may have written the last one.
        if ($file !== null && @file_put_contents($file . getmypid(), "$failures $until") !== false) {
            @rename($file . getmypid(), $file);
        }
        return $failures === 1;
    }

    /** @return array{int, int} */
    private function state(): array
    {
        $own = self::$own[$this->kind] ?? [0, 0];
        $file = $this->file();
        $text = $file !== null && @is_file($file) ? @file_get_contents($file, false, null, 0, 32) : false;
        if (!is_string($text) || !preg_match('/^(\d{1,9}) (\d{1,12})$/D', $text, $found)) {
            return $own;
        }
        return (int) $found[1] > $own[0] ? [(int) $found[1], (int) $found[2]] : $own;
    }

    private function file(): ?string
    {
        if (!defined('SMARTY_COMPILE_DIR') || !is_string(SMARTY_COMPILE_DIR) || SMARTY_COMPILE_DIR === '') {
            return null;
        }
        return rtrim(SMARTY_COMPILE_DIR, '/') . "/billgateway-$this->kind.away";
    }
}
