import { existsSync } from 'node:fs'
import { installPackages, mayInstall, onPath } from './debian.mjs'

/** What the tests of the LMS connector run besides Node, and the packages that bring it. */
const tools = [
  {
    name: 'MariaDB',
    isHere: () =>
      Boolean(process.env.TEST_MARIADB_URL) ||
      (onPath('mariadbd') !== undefined && onPath('mariadb-install-db') !== undefined),
    packages: ['mariadb-server-core', 'mariadb-client-core'],
    otherwise: 'or name a server whose databases may be made and dropped in TEST_MARIADB_URL',
  },
  {
    name: 'PHP',
    isHere: () => onPath('php') !== undefined,
    packages: ['php-cli', 'php-mbstring'],
    otherwise: 'version 8.1 or newer',
  },
  {
    name: 'Smarty 4',
    isHere: () => existsSync('/usr/share/php/smarty4/Smarty.class.php'),
    packages: ['smarty4'],
    otherwise: 'in /usr/share/php/smarty4',
  },
]

/** MariaDB, PHP and Smarty for the tests of the LMS connector; installed where they are missing and may be. */
export async function ensureLmsTools() {
  const wanted = tools.filter((tool) => !tool.isHere())
  if (wanted.length === 0) return
  if (mayInstall()) {
    console.log(`Installing ${wanted.map(({ name }) => name).join(', ')}…`)
    await installPackages(wanted.flatMap(({ packages }) => packages))
  }
  const missing = wanted.filter((tool) => !tool.isHere())
  if (missing.length === 0) return
  console.error('The tests of the LMS connector need what is not here:')
  for (const { name, packages, otherwise } of missing) {
    console.error(`- ${name}: apt-get install ${packages.join(' ')} (Debian 12), ${otherwise}`)
  }
  process.exit(1)
}
