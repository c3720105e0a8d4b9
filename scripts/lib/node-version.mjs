// Old Node versions must be able to read this file to be told that they are too old.

const needed = [20, 19]

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > needed[0] || (major === needed[0] && minor >= needed[1])) return
  console.error(
    'Bill Gateway needs Node.js ' +
      needed.join('.') +
      ' or newer; this is ' +
      process.versions.node +
      '.\n' +
      'Install a newer one from https://nodejs.org and run the same command again.',
  )
  process.exit(1)
}
