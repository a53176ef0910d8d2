/** The certificate of this machine: what it is for, and when it is made anew. */
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LocalCertificate, localCertificate } from '../../emulator/local-certificate.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const DAY_MS = 86_400_000;
const NAMES = ['www.example.com', '*.films.example.com'];

let folder: string;
let first: LocalCertificate;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edgekeeper-tls-'));
  first = await localCertificate(NAMES, folder, NOW);
});
afterAll(() => rm(folder, { recursive: true }));

test('is for localhost, loopback and the names, and signed by the authority', () => {
  const certificate = new X509Certificate(first.certificate);
  const authority = new X509Certificate(first.authority);
  for (const name of ['localhost', 'www.example.com', 'a.films.example.com']) {
    expect(certificate.checkHost(name)).toBeDefined();
  }
  expect(certificate.checkHost('example.com')).toBeUndefined();
  for (const address of ['127.0.0.1', '::1']) expect(certificate.checkIP(address)).toBe(address);
  expect(certificate.checkIP('127.0.0.2')).toBeUndefined();
  expect(certificate.ca).toBe(false);
  expect(authority.ca).toBe(true);
  expect(certificate.checkIssued(authority) && certificate.verify(authority.publicKey)).toBe(true);
});

test('is kept where its owner alone can read it', async () => {
  const files = await readdir(folder);
  expect(files.sort()).toEqual(['authority-key.pem', 'authority.pem', 'certificate.pem']);
  for (const file of files) expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
});

describe('is used again', () => {
  test.each([
    { name: 'as long as it lasts', days: 397 - 32, certificate: true, authority: true },
    { name: 'not in its last thirty days', days: 397 - 31, certificate: false, authority: true },
    { name: 'not after its authority', days: 3_650 - 31, certificate: false, authority: false },
  ])('$name', async ({ days, certificate, authority }) => {
    const copy = await mkdtemp(join(tmpdir(), 'edgekeeper-tls-'));
    const before = await localCertificate(NAMES, copy, NOW);
    const after = await localCertificate(NAMES, copy, NOW + days * DAY_MS);
    expect(after.certificate === before.certificate).toBe(certificate);
    expect(after.authority === before.authority).toBe(authority);
    await rm(copy, { recursive: true });
  });

  test.each([
    { name: 'for fewer names', names: NAMES.slice(1), isKept: true },
    { name: 'not for others', names: [...NAMES, 'new.example.com'], isKept: false },
  ])('$name', async ({ names, isKept }) => {
    const before = await localCertificate(NAMES, folder, NOW);
    const after = await localCertificate(names, folder, NOW);
    expect(after.certificate === before.certificate).toBe(isKept);
    expect(after.authority).toBe(before.authority);
  });

  test('not when its file is damaged', async () => {
    await writeFile(join(folder, 'certificate.pem'), 'x');
    const after = await localCertificate(NAMES, folder, NOW);
    expect(new X509Certificate(after.certificate).checkHost('www.example.com')).toBeDefined();
    expect(after.authority).toBe(first.authority);
  });
});
