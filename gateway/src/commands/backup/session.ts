import type pg from 'pg'

/** Values are written and read alike whatever the server's defaults are, and may take their time. */
export async function plainSession(client: pg.ClientBase): Promise<void> {
  await client.query(
    `set client_encoding = 'UTF8'; set datestyle = 'ISO, YMD'; set timezone = 'UTC'; set bytea_output = 'hex';
     set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0;
     set search_path = public`,
  )
}
