import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../../plugins/core/schema';
import { makeCast, type Cast } from '../../support/corpus';
import { EXPIRED, mockPki } from '../../support/pki';
import { tempFolder } from '../../support/temp';
import { NOW, verifyRoute } from '../../support/verify-route';

let cast: Cast;
beforeAll(async () => {
  cast = await makeCast();
});

const AUTH = { patterns: ['ID_AUTH_REST_02'] };

function problemWith(config: Record<string, unknown>, now = NOW): ConfigError {
  try {
    verifyRoute(cast, { ...AUTH, ...config }, now);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('the configuration of modi-verify', () => {
  it.each([
    [{ patterns: ['INTEGRITY_REST_01'] }, 'patterns'],
    [{ patterns: ['ID_AUTH_REST_01', 'ID_AUTH_REST_02'] }, 'patterns'],
    [{ patterns: ['ID_AUTH_REST_03'] }, 'patterns[1]'],
    [{ patterns: [] }, 'patterns'],
    [{ audience: undefined }, 'audience'],
    [{ audience: [] }, 'audience'],
    [{ audience: [''] }, 'audience[1]'],
    [{ trust: {} }, 'trust'],
    [{ trust: { anchors: [] } }, 'trust'],
    [{ trust: { anchors: ['no/such/file.pem'] } }, 'trust.anchors[1]'],
    [{ trust: { anchors: ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'] } }, 'trust.anchors[1]'],
    [{ algorithms: ['HS256'] }, 'algorithms[1]'],
    [{ algorithms: ['none'] }, 'algorithms[1]'],
    [{ clock_skew: 301 }, 'clock_skew'],
    [{ max_age: 0 }, 'max_age'],
    [{ replay: { max_entries: 0 } }, 'replay.max_entries'],
  ])('%j is refused at %s', (config, field) => {
    expect(problemWith(config).field).toBe(field);
  });

  it('refuses an anchor that is no authority, has expired, or comes with its private key, and names it', async () => {
    const pki = await mockPki();
    const leaf = pki.leaf('ec');
    expect(problemWith({ trust: { anchors: [leaf.pem] } }).message).toContain('Comune di Prova');
    const expired = await pki.issue({ ...EXPIRED, ca: true, subject: 'CN=Vecchia CA' });
    expect(problemWith({ trust: { anchors: [expired.pem] } }).message).toContain('Vecchia CA');
    const file = join(tempFolder(), 'ca.pem');
    writeFileSync(file, `${pki.root.pem}${leaf.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()}`);
    expect(problemWith({ trust: { anchors: [file] } }).message).toContain('private key');
  });

  it('reads anchors from a file as from the configuration itself', () => {
    const file = join(tempFolder(), 'ca.pem');
    writeFileSync(file, cast.anchor);
    expect(verifyRoute(cast, { ...AUTH, trust: { anchors: [file] } }).policy.signers.id).toBe(
      verifyRoute(cast, { ...AUTH, trust: { anchors: [cast.anchor] } }).policy.signers.id,
    );
  });
});
