<?php

/** The customer panel's page of finances: at its balance and beside its documents. */
class BillGatewayPanelHandler
{
    /**
     * @param mixed $data
     * @return mixed
     */
    public function finances($data)
    {
        try {
            if (is_array($data) && is_object($data['smarty'] ?? null)) {
                $this->carry($data['smarty']);
            }
        } catch (Throwable $fault) {
            error_log("BillGateway: the customer panel goes without buttons: {$fault->getMessage()}");
        }
        return $data;
    }

    private function carry(object $smarty): void
    {
        $user = $smarty->getTemplateVars('userinfo');
        $ledger = $smarty->getTemplateVars('balancelist');
        $rows = is_array($ledger) && is_array($ledger['list'] ?? null) ? $ledger['list'] : [];
        $answer = BillGatewayBridge::ask('panel', [
            'customerId' => $GLOBALS['SESSION']->id ?? null,
            'balance' => $user['balance'] ?? null,
            'style' => ConfigHelper::getConfig('userpanel.style', 'default'),
            'rows' => array_map(static fn ($row): array => [
                'id' => $row['id'] ?? null,
                'docid' => $row['docid'] ?? null,
                'doctype' => $row['doctype'] ?? null,
            ], array_values($rows)),
        ], BillGatewayBridge::PAGE);
        if (is_string($answer['balance'] ?? null)) {
            $smarty->assign('custom_content', $smarty->getTemplateVars('custom_content') . $answer['balance']);
        }
        if (is_array($answer['rows'] ?? null) && $answer['rows'] !== []) {
            $keys = array_keys($rows);
            foreach ($answer['rows'] as $place => $html) {
                if (isset($keys[$place]) && is_string($html)) {
                    $ledger['list'][$keys[$place]]['customlinks'][] = ['extra' => $html];
                }
            }
            $smarty->assign('balancelist', $ledger);
        }
    }
}
