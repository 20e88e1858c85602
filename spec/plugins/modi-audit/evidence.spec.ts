import { createHash, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compactVerify } from 'jose';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  accepted,
  auditRoute,
  KONG_ID,
  runAuditAccess,
  runAuditResponse,
  signedAnswer,
} from '../../support/audit-route';
import { makeCast, type Cast } from '../../support/corpus';
import { linesIn } from '../../support/evidence';
import { BODY, digestOf } from '../../support/requests';
import { tempFolder } from '../../support/temp';

type Json = Record<string, unknown>;

let cast: Cast;
let directory: string;
beforeAll(async () => {
  cast = await makeCast();
});
beforeEach(() => {
  directory = join(tempFolder(), 'evidence');
});

/** The members of the lines so far. */
const evidence = async (): Promise<Json[]> =>
  (await linesIn(directory)).map((one) => (one.kind === 'line' ? one.members : { damage: one.kind }));

const last = async (): Promise<Json> => (await evidence()).at(-1) ?? {};

describe('the evidence of a request', () => {
  it('lets a third party check the signature, the headers and the body with nothing but the file', async () => {
    const { request, seen } = await accepted(cast);
    await runAuditAccess(auditRoute(directory, { evidence: 'full' }), seen);
    const [material, line] = (await evidence()) as [Json, Json];
    expect(line).toMatchObject({ v: 1, part: 'request', request_id: KONG_ID, organization: 'ente-di-esempio' });
    const { token, material: id } = (line['tokens'] as { INTEGRITY: { token: string; material: string } }).INTEGRITY;
    expect(token).toBe(request.headers['agid-jwt-signature']);
    expect(material).toMatchObject({ part: 'material', id, kind: 'certificates', trusted_by: 'anchor' });
    const [signer, ...above] = (material['x5c'] as string[]).map(
      (der) => new X509Certificate(Buffer.from(der, 'base64')),
    );
    const { payload } = await compactVerify(token, signer!.publicKey);
    expect(above.at(-1)?.raw.equals(new X509Certificate(cast.anchor).raw)).toBe(true);
    const { signed_headers: signed } = JSON.parse(Buffer.from(payload).toString()) as { signed_headers: Json[] };
    const covered = Object.assign({}, ...signed) as Record<string, string>;
    const kept = line['headers'] as Record<string, string[]>;
    for (const [name, value] of Object.entries(covered)) expect(kept[name]).toEqual([value]);
    const { content, digest } = line['body'] as { content: string; digest: string };
    expect(Buffer.from(content, 'base64').equals(BODY)).toBe(true);
    expect([digest, covered['digest']]).toEqual([digestOf(BODY), digestOf(BODY)]);
  });

  it('holds no token that could be sent again, only its hash', async () => {
    const { request, seen } = await accepted(cast, { wire: { 'agid-jwt-trackingevidence': 'e.y.J' } });
    await runAuditAccess(auditRoute(directory), seen);
    const bearer = String(request.headers['authorization']).slice('Bearer '.length);
    const { tokens } = (await last()) as { tokens: Record<string, Json> };
    expect(tokens['ID_AUTH']).toMatchObject({
      token: bearer.slice(0, bearer.lastIndexOf('.')),
      sha256: createHash('sha256').update(bearer).digest('hex'),
    });
    expect(JSON.stringify(await evidence())).not.toContain(bearer.slice(bearer.lastIndexOf('.') + 1));
    expect(tokens['TRACKING']).toEqual({ token: 'e.y.J', verified: false });
  });

  it('without bodies has their digest and length', async () => {
    const { seen } = await accepted(cast);
    await runAuditAccess(auditRoute(directory), seen);
    expect((await last())['body']).toEqual({ bytes: BODY.length, digest: digestOf(BODY) });
  });

  it('of a body beyond the limit has digest and length, also when nginx keeps it in a file', async () => {
    const file = join(tempFolder(), 'body');
    writeFileSync(file, BODY);
    for (const body of [BODY, { kind: 'file', path: file } as const]) {
      const limit = async (max: number): Promise<unknown> => {
        const { seen } = await accepted(cast);
        await runAuditAccess(auditRoute(directory, { evidence: 'full', max_body_size: max }), { ...seen, body });
        return (await last())['body'];
      };
      expect(await limit(BODY.length - 1)).toEqual({
        bytes: BODY.length,
        digest: digestOf(BODY),
        omitted: 'too large',
      });
      expect(await limit(BODY.length)).toMatchObject({ content: BODY.toString('base64') });
    }
  });

  it('names a pinned certificate that the token only refers to', async () => {
    const { seen } = await accepted(cast, { party: cast.pinned });
    await runAuditAccess(auditRoute(directory), seen);
    const [material] = (await evidence()) as [{ trusted_by: string; x5c: string[] }];
    expect(material.trusted_by).toBe('pin');
    expect(material.x5c).toHaveLength(1);
  });
});

describe('the evidence of an answer', () => {
  it('is what left: status, signature, digest', async () => {
    await runAuditResponse(auditRoute(directory), signedAnswer());
    expect(await last()).toMatchObject({
      part: 'answer',
      request_id: KONG_ID,
      id: 'own-id',
      status: 200,
      signature: 'h.p.s',
      digest: 'SHA-256=AA==',
    });
    expect(await last()).not.toHaveProperty('body');
  });

  it('has the body where bodies are kept, and its hash where it is too large', async () => {
    await runAuditResponse(auditRoute(directory, { evidence: 'full' }), signedAnswer());
    expect((await last())['body']).toMatchObject({ bytes: 6, content: Buffer.from('answer').toString('base64') });
    await runAuditResponse(auditRoute(directory, { evidence: 'full', max_body_size: 5 }), signedAnswer());
    const sha256 = createHash('sha256').update('answer').digest('hex');
    expect((await last())['body']).toEqual({ bytes: 6, sha256, omitted: 'too large' });
  });
});
