import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { type Host, type InstallOptions, pluginSource } from '../../../connector/src/install/index.ts'
import { readLmsIni, readSettings } from '../../../connector/src/lms/index.ts'
import { createLog } from '../../../connector/src/platform/index.ts'
import type { World } from '../../../connector/testing/index.ts'

export const crontab = [
  'SHELL=/bin/bash',
  '0 0 1 * * root bash -c /var/www/lms/plugins/BillTech/bin/billtech-clear-logs.php',
  '*/5 * * * * root bash -c /var/www/lms/plugins/BillTech/bin/billtech-update-links.php >> /var/log/x 2>&1',
  '# * * * * * root /var/www/lms/plugins/BillTech/bin/billtech-update-payments.php',
  '1 1 * * * root /usr/sbin/lms-cutoff',
  '',
].join('\n')

const classMap = `<?php
$vendorDir = dirname(__DIR__);
$baseDir = dirname($vendorDir);

return array(
    'LMS' => $baseDir . '/lib/LMS.php',
    'BillTech' => $baseDir . '/plugins/BillTech/BillTech.php',
);
`
const staticMap = `<?php
class ComposerStaticInit
{
    public static $classMap = array (
        'LMS' => __DIR__ . '/../..' . '/lib/LMS.php',
        'BillTech' => __DIR__ . '/../..' . '/plugins/BillTech/BillTech.php',
    );
}
`

/** What an LMS looks like on disk, as far as it matters here. */
export async function furnish(world: World): Promise<void> {
  const write = async (path: string, text: string) => {
    await mkdir(join(world.folder, path, '..'), { recursive: true })
    await writeFile(join(world.folder, path), text)
  }
  await write('vendor/composer/autoload_classmap.php', classMap)
  await write('vendor/composer/autoload_static.php', staticMap)
  await write('plugins/BillTech/BillTech.php', '<?php class BillTech {}\n')
  await write('root/etc/crontab', crontab)
  await write('root/etc/group', `root:x:0:\nwww-data:x:${process.getgid?.() ?? 0}:\n`)
}

export async function hostOf(world: World): Promise<Host> {
  const ini = await readLmsIni(world.ini)
  const log = createLog({ level: 'silent', format: 'json', name: 'test' })
  return { lms: world.lms, ini, settings: await readSettings(world.lms, ini), log }
}

export function optionsOf(world: World, more: Partial<InstallOptions> = {}): InstallOptions {
  return {
    dryRun: false,
    set: { bridge_secret_file: join(world.folder, 'bridge.secret') },
    composer: 'auto',
    path: '/nowhere',
    webGroup: 'www-data',
    root: join(world.folder, 'root'),
    pluginSource: pluginSource(),
    ...more,
  }
}

/** All that an installation may change outside our own tables. */
export async function surroundings(world: World) {
  const text = (path: string) => readFile(join(world.folder, path), 'utf8').catch(() => undefined)
  const { rows } = await sql<{ section: string; var: string }>`
    select section, var, value, disabled from uiconfig
    where section = 'billtech' or var = 'plugins' order by section, var, id`.execute(world.lms.db)
  return {
    settings: rows,
    maps: [
      await text('vendor/composer/autoload_classmap.php'),
      await text('vendor/composer/autoload_static.php'),
    ],
    crontab: await text('root/etc/crontab'),
    plugin: await text('plugins/BillGateway/BillGateway.php'),
    old: await text('plugins/BillTech/BillTech.php'),
    secret: await text('bridge.secret'),
  }
}
