<?php

/** Tells the connector which rows of a bank statement LMS has just booked. It would notice them by itself, later. */
class BillGatewayImportHandler
{
    /**
     * @param mixed $data
     * @return mixed
     */
    public function booked($data)
    {
        try {
            $rows = is_array($data) && is_array($data['cashimports'] ?? null) ? $data['cashimports'] : [];
            $ids = array_values(array_filter(array_map(static fn ($row) => $row['id'] ?? null, $rows)));
            if ($ids !== []) {
                BillGatewayBridge::ask('statement', ['importIds' => $ids], BillGatewayBridge::MAIL);
            }
        } catch (Throwable $fault) {
            error_log("BillGateway: the connector was not told of booked statement rows: {$fault->getMessage()}");
        }
        return $data;
    }
}
