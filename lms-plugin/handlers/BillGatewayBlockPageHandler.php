<?php

/** The pages that a blocked customer is led to. */
class BillGatewayBlockPageHandler
{
    /**
     * @param mixed $data
     * @return mixed
     */
    public function byAddress($data)
    {
        return $this->carry($data, 'customer');
    }

    /**
     * @param mixed $data
     * @return mixed
     */
    public function byLogin($data)
    {
        return $this->carry($data, 'customer_otherip');
    }

    /**
     * @param mixed $data
     * @return mixed
     */
    private function carry($data, string $page)
    {
        try {
            // The page by address fires for an unknown address too: then there is nobody to ask about.
            if (is_array($data) && is_object($data['smarty'] ?? null) && !empty($data['customerid'])) {
                $question = ['customerId' => $data['customerid'], 'page' => $page];
                $html = BillGatewayBridge::ask('block-page', $question, BillGatewayBridge::PAGE)['html'] ?? null;
                if (is_string($html) && $html !== '') {
                    $smarty = $data['smarty'];
                    $smarty->assign('custombalancedata', $smarty->getTemplateVars('custombalancedata') . $html);
                }
            }
        } catch (Throwable $fault) {
            error_log("BillGateway: the page of a blocked customer goes without a button: {$fault->getMessage()}");
        }
        return $data;
    }
}
