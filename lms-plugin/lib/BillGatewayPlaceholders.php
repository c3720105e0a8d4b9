<?php

/**
 * Finds and replaces %billtech_btn and %billtech_balance_btn. The message form has already replaced %b, so that there
 * they arrive as 50.00illtech_btn; which amount that is must be known, or a digit of the text before it would go too.
 */
final class BillGatewayPlaceholders
{
    private const NAME = 'illtech_(balance_)?btn';
    /** Whatever an LMS may have put in the place of %b: an amount, with or without a currency. */
    private const ANY_AMOUNT = '-?\d+[.,]\d{2}(?:(?: |\xC2\xA0)?(?:z\xC5\x82|[A-Z]{3}))?';

    /** @var list<string> patterns, the most exact one first */
    private $patterns;

    /** @param list<string> $amounts what the message form prints for %b, empty elsewhere */
    public function __construct(array $amounts = [])
    {
        $quoted = array_map(static fn (string $amount): string => preg_quote($amount, '/'), $amounts);
        // Longer first: -50.00 before 50.00.
        usort($quoted, static fn (string $a, string $b): int => strlen($b) <=> strlen($a));
        $this->patterns = ['/(?:' . implode('|', array_merge(['%b'], $quoted)) . ')' . self::NAME . '/'];
        if ($amounts !== []) {
            $this->patterns[] = '/' . self::ANY_AMOUNT . self::NAME . '/';
            $this->patterns[] = '/(?<![A-Za-z])' . self::NAME . '/';
        }
    }

    /** @param mixed $balance the customer's balance as LMS gave it to the message form, often NULL */
    public static function ofMessageForm($balance): self
    {
        $amounts = ['-0.00', '0.00'];
        if (is_numeric($balance)) {
            foreach ([-(float) $balance, (float) $balance] as $amount) {
                array_push($amounts, number_format($amount, 2, '.', ''), sprintf('%.2f', $amount));
            }
        }
        return new self(array_values(array_unique($amounts)));
    }

    /** @return list<string> of 'btn' and 'balance_btn' those that the texts hold */
    public function in(string ...$texts): array
    {
        $found = [];
        foreach ($texts as $text) {
            $this->replace($text, static function (string $name) use (&$found): string {
                $found[$name] = true;
                return '';
            });
        }
        return array_keys($found);
    }

    /** @param array<mixed> $replacements by name; what is missing is replaced by nothing */
    public function put(string $text, array $replacements): string
    {
        return $this->replace($text, static function (string $name) use ($replacements): string {
            $replacement = $replacements[$name] ?? '';
            return is_string($replacement) ? $replacement : '';
        });
    }

    private function replace(string $text, callable $replacement): string
    {
        foreach ($this->patterns as $pattern) {
            $text = preg_replace_callback(
                $pattern,
                static fn (array $match): string => $replacement(($match[1] ?? '') . 'btn'),
                $text
            ) ?? $text;
        }
        return $text;
    }
}
