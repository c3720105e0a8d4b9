<?php

/** The way to the connector: one question and one answer over a Unix socket, each proved by a shared secret. */
final class BillGatewayBridge
{
    /** A page of LMS waits for the answer. */
    public const PAGE = 'page';
    /** A mail or message waits, or a script. A link may have to be made for it. */
    public const MAIL = 'mail';

    /** Milliseconds, unless billtech.bridge_page_ms and billtech.bridge_mail_ms say otherwise. */
    private const WAITS_MS = [self::PAGE => 200, self::MAIL => 2000];
    private const WAIT_MS_MAX = 10000;
    /** Milliseconds that the plugin's own pages wait: the connector may have to ask the gateway. */
    public const RELAY_MS = 10000;

    private const SOCKET = '/run/bill-gateway-lms/bridge.sock';
    private const SECRET_FILE = '/etc/bill-gateway-lms/bridge.secret';
    private const FRAME_BYTES_MAX = 2097152;
    private const SECRET_BYTES_MAX = 4096;

    /** @var bool one line in the log is enough for a process */
    private static $logged = false;

    /**
     * Asks where LMS waits for the answer: after several failures in a row it is not asked for a while.
     *
     * @param array<string, mixed> $data
     * @param string $waiting PAGE or MAIL
     * @return array<string, mixed>|null null where the connector did not answer in time, or not truly
     */
    public static function ask(string $hook, array $data, string $waiting): ?array
    {
        $breaker = new BillGatewayBreaker($waiting);
        if ($breaker->isOpen()) {
            return null;
        }
        $start = microtime(true);
        $milliseconds = self::WAITS_MS[$waiting];
        try {
            $milliseconds = self::wait($waiting);
            $answer = self::exchange($hook, $data, $milliseconds);
            $breaker->succeeded();
            return $answer;
        } catch (Throwable $fault) {
            $costTime = (microtime(true) - $start) * 2000 > $milliseconds;
            if ($breaker->failed($costTime)) {
                self::log($hook, $fault);
            }
            return null;
        }
    }

    /**
     * Asks for a page of the plugin itself, which is nothing without the connector.
     *
     * @param array<string, mixed> $data
     * @return array<string, mixed>
     * @throws RuntimeException saying why there is no answer
     */
    public static function exchange(string $hook, array $data, int $milliseconds): array
    {
        $deadline = microtime(true) + $milliseconds / 1000;
        $secret = self::secret();
        $nonce = bin2hex(random_bytes(16));
        $stream = self::connect($milliseconds);
        try {
            self::write($stream, self::request($secret, $nonce, $hook, $data), $deadline);
            $length = unpack('Nbytes', self::read($stream, 4, $deadline))['bytes'];
            if ($length > self::FRAME_BYTES_MAX) {
                throw new RuntimeException('its answer is too large');
            }
            return self::proved($secret, $nonce, self::read($stream, $length, $deadline));
        } finally {
            fclose($stream);
        }
    }

    /** @param array<string, mixed> $data */
    private static function request(string $secret, string $nonce, string $hook, array $data): string
    {
        $flags = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR;
        $text = json_encode((object) $data, $flags);
        $at = time();
        $mac = hash_hmac('sha256', "request\n$nonce\n$at\n$hook\n$text", $secret);
        $request = ['v' => 1, 'nonce' => $nonce, 'at' => $at, 'hook' => $hook, 'data' => $text, 'mac' => $mac];
        $frame = json_encode($request, $flags);
        if (strlen($frame) > self::FRAME_BYTES_MAX) {
            throw new RuntimeException('the question is too large');
        }
        return pack('N', strlen($frame)) . $frame;
    }

    /** @return array<string, mixed> */
    private static function proved(string $secret, string $nonce, string $frame): array
    {
        $answer = json_decode($frame, true, 4);
        $data = $answer['data'] ?? null;
        $mac = $answer['mac'] ?? null;
        if (!is_string($data) || !is_string($mac)) {
            throw new RuntimeException('its answer makes no sense');
        }
        if (!hash_equals(hash_hmac('sha256', "answer\n$nonce\n$data", $secret), $mac)) {
            throw new RuntimeException('its answer is not proved by our secret');
        }
        $decoded = json_decode($data, true, 32);
        if (!is_array($decoded)) {
            throw new RuntimeException('its answer makes no sense');
        }
        if (isset($decoded['error'])) {
            throw new RuntimeException('it could not answer; its own log says why');
        }
        return $decoded;
    }

    private static function secret(): string
    {
        $file = self::setting('bridge_secret_file', self::SECRET_FILE);
        $text = @file_get_contents($file, false, null, 0, self::SECRET_BYTES_MAX);
        $secret = $text === false ? '' : trim($text);
        if (strlen($secret) < 32) {
            throw new RuntimeException("$file cannot be read or holds no secret");
        }
        return $secret;
    }

    /** @return resource */
    private static function connect(int $milliseconds)
    {
        $socket = self::setting('bridge_socket', self::SOCKET);
        $stream = @stream_socket_client("unix://$socket", $number, $why, $milliseconds / 1000);
        if ($stream === false) {
            throw new RuntimeException("nobody listens at $socket ($why)");
        }
        stream_set_blocking($stream, false);
        return $stream;
    }

    private static function wait(string $waiting): int
    {
        $set = (int) self::setting("bridge_{$waiting}_ms", '');
        return $set > 0 ? min($set, self::WAIT_MS_MAX) : self::WAITS_MS[$waiting];
    }

    private static function setting(string $name, string $default): string
    {
        $value = ConfigHelper::getConfig("billtech.$name", $default);
        return is_string($value) && $value !== '' ? $value : $default;
    }

    /** @param resource $stream */
    private static function write($stream, string $bytes, float $deadline): void
    {
        while ($bytes !== '') {
            self::await(null, [$stream], $deadline);
            $written = @fwrite($stream, $bytes);
            if ($written === false || $written === 0) {
                throw new RuntimeException('it hung up');
            }
            $bytes = substr($bytes, $written);
        }
    }

    /** @param resource $stream */
    private static function read($stream, int $length, float $deadline): string
    {
        $bytes = '';
        while (strlen($bytes) < $length) {
            self::await([$stream], null, $deadline);
            $part = @fread($stream, min($length - strlen($bytes), 65536));
            if ($part === false || ($part === '' && feof($stream))) {
                throw new RuntimeException('it hung up: another secret, or a clock that is wrong');
            }
            $bytes .= $part;
        }
        return $bytes;
    }

    /**
     * @param array<resource>|null $readable
     * @param array<resource>|null $writable
     */
    private static function await(?array $readable, ?array $writable, float $deadline): void
    {
        $left = (int) (($deadline - microtime(true)) * 1000000);
        $except = null;
        if ($left <= 0 || !@stream_select($readable, $writable, $except, 0, $left)) {
            throw new RuntimeException('it did not answer in time');
        }
    }

    private static function log(string $hook, Throwable $fault): void
    {
        if (self::$logged) {
            return;
        }
        self::$logged = true;
        error_log("BillGateway: no answer to $hook from the connector: {$fault->getMessage()}. "
            . 'LMS goes on without it. To find out more run: bill-gateway-lms doctor');
    }
}
