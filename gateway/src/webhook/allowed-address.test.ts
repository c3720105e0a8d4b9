import { isIPv4 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isInNets, isPublic, readNets } from './allowed-address.ts'

describe('a public address is', () => {
  it.each(['8.8.8.8', '185.68.12.1', '2001:4860:4860::8888', '2a00:1450:401b:800::200e'])('%s', (address) => {
    expect(isPublic(address)).toBe(true)
  })
})

describe('no public address is', () => {
  it.each([
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['loopback', '::1'],
    ['unspecified', '0.0.0.0'],
    ['unspecified', '::'],
    ['private', '10.1.2.3'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['shared', '100.64.0.1'],
    ['metadata', '169.254.169.254'],
    ['metadata', '100.100.100.200'],
    ['metadata', '168.63.129.16'],
    ['metadata', '192.0.0.192'],
    ['metadata', 'fd00:ec2::254'],
    ['link-local', '169.254.0.1'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['unique local', 'fc00::1'],
    ['unique local', 'fdff::1'],
    ['site local', 'fec0::1'],
    ['multicast', '224.0.0.1'],
    ['multicast', 'ff02::1'],
    ['broadcast', '255.255.255.255'],
    ['reserved', '240.0.0.1'],
    ['this network', '0.1.2.3'],
    ['documentation', '192.0.2.1'],
    ['documentation', '198.51.100.7'],
    ['documentation', '203.0.113.9'],
    ['documentation', '2001:db8::1'],
    ['benchmarking', '198.18.0.1'],
    ['IPv4-mapped', '::ffff:10.0.0.1'],
    ['IPv4-mapped', '::ffff:8.8.8.8'],
    ['IPv4-compatible', '::10.0.0.1'],
    ['IPv4-translated', '::ffff:0:10.0.0.1'],
    ['NAT64', '64:ff9b::10.0.0.1'],
    ['NAT64', '64:ff9b:1::10.0.0.1'],
    ['6to4', '2002:0a00:0001::1'],
    ['Teredo', '2001:0:0a00:1::1'],
    ['no address', 'localhost'],
    ['no address', ''],
    ['a number', '2130706433'],
    ['octal', '0177.0.0.1'],
  ])('%s: %s', (_kind, address) => {
    expect(isPublic(address)).toBe(false)
  })

  it('any IPv6 address that is made of an IPv4 one', () => {
    const octet = fc.integer({ min: 0, max: 255 })
    const address = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.'))
    fc.assert(
      fc.property(
        address,
        fc.constantFrom('::', '::ffff:', '::ffff:0:', '64:ff9b::', '64:ff9b:1::'),
        (ip, prefix) => {
          expect(isIPv4(ip)).toBe(true)
          expect(isPublic(`${prefix}${ip}`)).toBe(false)
        },
      ),
    )
  })
})

describe('the operator’s nets', () => {
  const nets = readNets(['10.0.0.0/8', '192.168.1.7', 'fd12::/16'])

  it.each([
    ['10.255.0.1', true],
    ['192.168.1.7', true],
    ['fd12::9', true],
    ['192.168.1.8', false],
    ['11.0.0.1', false],
    ['fd13::9', false],
    // Another address, though it means the same.
    ['::ffff:10.0.0.1', false],
    ['nothing', false],
  ])('%s is in them: %s', (address, isIn) => expect(isInNets(address, nets)).toBe(isIn))

  it.each(['10.0.0.0/33', 'intranet', '10.0.0'.concat('/8x')])('%s is none', (range) => {
    expect(() => readNets([range])).toThrow(`WEBHOOK_ALLOW_NETS: ${range}`)
  })
})
