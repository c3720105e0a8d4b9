import type { FastifyRequest } from 'fastify'
import type { Platform } from '../platform/platform.ts'
import { installationSecret, type Provider } from '../provider/index.ts'
import { loadAssets } from './assets.ts'
import { themeVersion } from './brand/theme.ts'
import { chooseLanguage, isLanguage, type Language } from './language.ts'
import type { Frame } from './render.tsx'
import { speechOf } from './speech.ts'
import type { Biller } from './views/models.ts'

/** What of a request matters to a page. Personal data in the query is not among it. */
export interface Visit {
  query: Record<string, unknown>
  accept: string | undefined
  /** Of the address, where it was asked for there. */
  language: Language | undefined
  /** The payer’s address and browser: some methods want to know them. They are handed on and never stored. */
  visitor: { ip: string; userAgent: string }
}

export function visitOf(request: Pick<FastifyRequest, 'query' | 'headers' | 'ip'>): Visit {
  const query = request.query as Record<string, unknown>
  return {
    query,
    accept: request.headers['accept-language'],
    language: isLanguage(query.lang) ? query.lang : undefined,
    visitor: {
      ip: request.ip,
      userAgent: (request.headers['user-agent'] ?? '').slice(0, userAgentCharactersMax),
    },
  }
}

const userAgentCharactersMax = 500

/** `?lang=uk`, or with another mark in front; empty where the address asked for none. */
export function languageQuery({ language }: Visit, mark: '?' | '&' = '?'): string {
  return language ? `${mark}lang=${language}` : ''
}

/** The path below which the gateway is reached, when a proxy serves it below one; else empty. */
export function basePath({ settings }: Pick<Platform, 'settings'>): string {
  let path = paths.get(settings)
  if (path === undefined) {
    path = new URL(settings.publicUrl).pathname.replace(/\/$/, '')
    paths.set(settings, path)
  }
  return path
}
const paths = new WeakMap<object, string>()

/** The frame of a page; without a provider it names none. */
export async function frameFor(
  platform: Pick<Platform, 'settings'>,
  visit: Visit,
  provider?: Provider,
  language: Language = provider?.language ?? 'pl',
): Promise<Frame> {
  const { names } = await loadAssets()
  const base = basePath(platform)
  return {
    speech: speechOf(chooseLanguage(visit.query.lang, visit.accept, language)),
    biller: provider ? billerOf(provider, base) : null,
    assets: names,
    base,
    keep: visit.query.type === 'balance' ? 'type=balance' : '',
  }
}

function billerOf(provider: Provider, base: string): Biller {
  const brand = `${base}/brand/${provider.code}`
  return {
    name: provider.name,
    address: provider.address,
    phone: provider.phone,
    helpUrl: provider.helpUrl,
    termsUrl: provider.termsUrl,
    privacyUrl: provider.privacyUrl,
    logo: provider.logoHash && `${brand}/logo?v=${provider.logoHash}`,
    theme: provider.color && `${brand}/theme.css?v=${themeVersion(provider.color)}`,
    test: provider.test,
  }
}

const secrets = new WeakMap<object, Promise<Buffer>>()

/** The secret of form tokens, asked for once. */
export function formSecret({ db }: Platform): Promise<Buffer> {
  let secret = secrets.get(db)
  if (!secret) {
    secret = installationSecret(db, 'form')
    secret.catch(() => secrets.delete(db))
    secrets.set(db, secret)
  }
  return secret
}

/** An address of ours without its origin, so that a redirect stays on the host that the payer sees. */
export function localAddress({ settings }: Pick<Platform, 'settings'>, url: string): string {
  const { origin } = new URL(settings.publicUrl)
  return url.startsWith(`${origin}/`) ? url.slice(origin.length) : url
}

/** What a page’s route answers. */
export type Answer = { status: number; html: string | Buffer } | { status: 303; location: string }
