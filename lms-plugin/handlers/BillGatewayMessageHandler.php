<?php

/** Mails with a document, notices, and the operators' message form: placeholders and headers. */
class BillGatewayMessageHandler
{
    /**
     * @param mixed $data
     * @return mixed
     */
    public function invoice($data)
    {
        if (!is_array($data)) {
            return $data;
        }
        $placeholders = new BillGatewayPlaceholders();
        $body = is_string($data['body'] ?? null) ? $data['body'] : '';
        $answer = $this->ask('invoice-mail', [
            'documentId' => $data['doc']['id'] ?? null,
            'customerId' => $data['doc']['customerid'] ?? null,
            'format' => $data['mail_format'] ?? null,
            'wants' => $placeholders->in($body),
        ]);
        if ($body !== '') {
            $data['body'] = $placeholders->put($body, $this->listIn($answer, 'replace'));
        }
        foreach ($this->listIn($answer, 'headers') as $name => $value) {
            if (is_string($value) && is_array($data['headers'] ?? [])) {
                $data['headers'][$name] = $value;
            }
        }
        return $data;
    }

    /**
     * @param mixed $data
     * @return mixed
     */
    public function notice($data)
    {
        $placeholders = new BillGatewayPlaceholders();
        $text = is_array($data) && is_string($data['data'] ?? null) ? $data['data'] : '';
        $wants = $placeholders->in($text);
        if ($wants === []) {
            return $data;
        }
        $answer = $this->ask('notice', [
            'customerId' => $data['customer']['id'] ?? null,
            'documentId' => $data['customer']['docid'] ?? null,
            'format' => $data['format'] ?? null,
            'hasPhone' => !empty($data['customer']['phone']),
            'arguments' => PHP_SAPI === 'cli' ? array_slice($_SERVER['argv'] ?? [], 1, 100) : [],
            'wants' => $wants,
        ]);
        $data['data'] = $placeholders->put($text, $this->listIn($answer, 'replace'));
        return $data;
    }

    /**
     * @param mixed $data
     * @return mixed
     */
    public function message($data)
    {
        if (!is_array($data)) {
            return $data;
        }
        $customer = is_array($data['data'] ?? null) ? $data['data'] : [];
        $placeholders = BillGatewayPlaceholders::ofMessageForm($customer['balance'] ?? null);
        $body = is_string($data['body'] ?? null) ? $data['body'] : '';
        $subject = is_string($data['subject'] ?? null) ? $data['subject'] : '';
        $wants = $placeholders->in($body);
        $replace = [];
        if ($wants !== []) {
            $replace = $this->listIn($this->ask('message', [
                'customerId' => $customer['id'] ?? null,
                'contentType' => $customer['contenttype'] ?? null,
                'toPhone' => !empty($customer['phone']),
                'wants' => $wants,
            ]), 'replace');
            $data['body'] = $placeholders->put($body, $replace);
        }
        // A subject has no room for a button.
        if ($placeholders->in($subject) !== []) {
            $data['subject'] = $placeholders->put($subject, []);
        }
        return $data;
    }

    /**
     * @param array<string, mixed> $question
     * @return array<string, mixed>|null
     */
    private function ask(string $hook, array $question): ?array
    {
        try {
            return BillGatewayBridge::ask($hook, $question, BillGatewayBridge::MAIL);
        } catch (Throwable $fault) {
            error_log("BillGateway: a message goes without buttons: {$fault->getMessage()}");
            return null;
        }
    }

    /**
     * @param array<string, mixed>|null $answer
     * @return array<mixed>
     */
    private function listIn(?array $answer, string $name): array
    {
        return is_array($answer[$name] ?? null) ? $answer[$name] : [];
    }
}
