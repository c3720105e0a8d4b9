import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { arch, cpus, release, totalmem } from 'node:os'

/** A figure that means nothing alone: how it stands to its yardstick, measured in turns in the same run. */
export interface Comparison {
  name: string
  yardstick: string
  /** The least ratio of measured to yardstick that we want. */
  target: number
  measured: number
  yardstickMeasured: number
  /** The median of the rounds' ratios. */
  ratio: number
  ratios: number[]
}

export interface Comparing {
  name: string
  yardstick: string
  target: number
  rounds: number
  /** Each answers things per second. */
  measured: () => Promise<number>
  yardstickMeasured: () => Promise<number>
}

/** Measures both in turns after some rounds of warming up, so that a slow minute of the machine hits both. */
const warmUpRounds = 2

export async function compare({
  name,
  yardstick,
  target,
  rounds,
  measured,
  yardstickMeasured,
}: Comparing): Promise<Comparison> {
  for (let round = 0; round < warmUpRounds; round++) {
    await yardstickMeasured()
    await measured()
  }
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < rounds; round++) {
    theirs.push(await yardstickMeasured())
    ours.push(await measured())
  }
  const ratios = ours.map((value, round) => value / (theirs[round] ?? Number.NaN))
  const comparison = {
    name,
    yardstick,
    target,
    measured: median(ours),
    yardstickMeasured: median(theirs),
    ratio: median(ratios),
    ratios,
  }
  const verdict = comparison.ratio >= target ? 'reached' : 'MISSED'
  console.error(
    `${name}: ${comparison.ratio.toFixed(2)} of ${yardstick}, wanted ${target.toFixed(2)}: ${verdict}`,
  )
  return comparison
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

const resultsFile = new URL('../bench/RESULTS.md', import.meta.url)
const remarksMark = '<!-- remarks -->'

/** Writes bench/RESULTS.md; the remarks below the mark are kept as people wrote them. */
export async function writeResults(comparisons: Comparison[], command: string): Promise<void> {
  const before = await readFile(resultsFile, 'utf8').catch(() => '')
  const remarks = before.includes(remarksMark)
    ? before.slice(before.indexOf(remarksMark))
    : `${remarksMark}\n`
  const rows = comparisons.map(
    ({ name, yardstick, ratio, target, ratios, measured, yardstickMeasured }) =>
      `| ${name} | ${Math.round(measured)} | ${yardstick} | ${Math.round(yardstickMeasured)} | **${ratio.toFixed(2)}** | ${ratios
        .map((value) => value.toFixed(2))
        .sort()
        .join(' ')} | ${target.toFixed(2)} | ${ratio >= target ? 'reached' : 'missed'} |`,
  )
  const text = `# Speed

A ratio against a yardstick that was measured in turns in the same run; the absolute figures belong to the
machine of the day and to nothing else. The load generator, the gateway and PostgreSQL share its processors.

- Date: ${new Date().toISOString().slice(0, 10)}
- Machine: ${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${arch()}, Linux ${release()}
- Node ${process.versions.node}, PostgreSQL 18 (embedded, fsync on), commit ${commit()}
- Command: \`${command}\`

| what | measured | yardstick | measured | ratio (median) | rounds | wanted | |
| --- | ---: | --- | ---: | ---: | --- | ---: | --- |
${rows.join('\n')}

${remarks}`
  await writeFile(resultsFile, text)
}

function commit(): string {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
}
