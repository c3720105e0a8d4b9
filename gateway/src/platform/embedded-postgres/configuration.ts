/**
 * Written anew at every start; what `alter system` sets goes above it. fsync stays on: this is for money.
 */
const defaults: Record<string, string> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '100',
  password_encryption: 'scram-sha-256',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  maintenance_work_mem: '128MB',
  wal_compression: 'on',
  wal_buffers: '16MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  random_page_cost: '1.1',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  // One file for each day of the week, so that logs never grow past a week.
  logging_collector: 'on',
  log_directory: 'log',
  log_filename: 'postgresql-%a.log',
  log_rotation_age: '1d',
  log_rotation_size: '0',
  log_truncate_on_rotation: 'on',
  log_line_prefix: '%m [%p] %a ',
  log_min_duration_statement: '5s',
  log_lock_waits: 'on',
}

/** The text of a PostgreSQL configuration file. */
export function configurationText(socketFolder: string, changes: Record<string, string> = {}): string {
  const settings = { ...defaults, unix_socket_directories: socketFolder, ...changes }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`)
  return `# Written by Bill Gateway at every start: changes here are lost; use "alter system".\n${lines.join('\n')}\n`
}
