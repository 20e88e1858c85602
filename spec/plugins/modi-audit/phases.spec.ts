import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { closeEvidence } from '../../../plugins/core/evidence';
import { setNoticeSink } from '../../../plugins/core/notices';
import type { MemoryKong, MemoryRequest } from '../../../plugins/runtime/adapters/memory';
import {
  accepted,
  auditRoute,
  KONG_ID,
  runAuditAccess,
  runAuditResponse,
  signedAnswer,
} from '../../support/audit-route';
import { makeCast, type Cast } from '../../support/corpus';
import { linesIn, told } from '../../support/evidence';
import { mockPki } from '../../support/pki';
import { digestOf } from '../../support/requests';
import { changesOf, runResponse, signRoute } from '../../support/sign-route';
import { tempFolder } from '../../support/temp';
import { problemOf } from '../../support/verify-route';

let cast: Cast;
let directory: string;
beforeAll(async () => {
  cast = await makeCast();
});
beforeEach(() => {
  directory = join(tempFolder(), 'evidence');
  const before = setNoticeSink(() => undefined);
  onTestFinished(() => void setNoticeSink(before));
});

const loggedAudit = ({ calls }: MemoryKong): unknown =>
  calls.find(([method, key]) => method === 'kong.log.set_serialize_value' && key === 'modi.evidence')?.[2];

/** The calls of a phase, what was set in short. */
const callsOf = ({ calls }: MemoryKong): unknown[] =>
  calls.map(([method, key]) => [method, key].filter(Boolean).join(' '));

const MASK = ['kong.log.set_serialize_value', 'response.headers.agid-jwt-signature', 'REDACTED'];

const recordOf = ({ shared }: MemoryRequest): string => {
  const record = shared?.get('modi');
  if (typeof record !== 'string') throw new Error('modi-verify has left no record');
  return record;
};
const ownIdOf = (seen: MemoryRequest): string => (JSON.parse(recordOf(seen)) as { request_id: string }).request_id;

/** `modi-sign` on the answer to an accepted request: what it called, and the token that leaves. */
async function signed(seen: MemoryRequest): Promise<{ memory: MemoryKong; token: string }> {
  const signer = (await mockPki()).leaf('ec');
  const memory = await runResponse(signRoute(signer), {
    record: recordOf(seen),
    requestId: ownIdOf(seen),
    body: 'answer',
  });
  return { memory, token: String(changesOf(memory)['agid-jwt-signature']) };
}

describe('the calls on Kong', () => {
  it('of a request are three, two of them one write', async () => {
    const { seen } = await accepted(cast);
    expect(callsOf(await runAuditAccess(auditRoute(directory), seen))).toEqual([
      'kong.ctx.shared.get modi',
      'kong.nginx.get_var kong_request_id',
      'kong.log.set_serialize_value modi.evidence',
    ]);
  });

  it('of a request whose evidence nobody waits for are the same, the questions with the end of the phase', async () => {
    const { seen } = await accepted(cast);
    expect(callsOf(await runAuditAccess(auditRoute(directory, { durability: 'async' }), seen))).toEqual([
      'kong.log.set_serialize_value modi.evidence',
      'kong.ctx.shared.get modi',
      'kong.nginx.get_var kong_request_id',
    ]);
  });

  it.each(['async', 'before_response'])(
    'of an answer that modi-sign has signed in this process is one, %s',
    async (durability) => {
      const route = auditRoute(directory, { durability });
      const { seen } = await accepted(cast);
      await runAuditAccess(route, seen);
      const { memory, token } = await signed(seen);
      const answer = await runAuditResponse(route, {
        answer: { status: 200, headers: { 'agid-jwt-signature': token }, body: Buffer.from('answer') },
      });
      expect(callsOf(answer)).toEqual(['kong.nginx.get_var sent_http_agid_jwt_signature']);
      expect(memory.calls).toContainEqual(MASK);
      await closeEvidence();
      const line = (await linesIn(directory)).at(-1);
      expect(line).toMatchObject({
        part: 'answer',
        requestId: KONG_ID,
        members: { id: ownIdOf(seen), status: 200, signature: token, digest: digestOf(Buffer.from('answer')) },
      });
    },
  );

  it('of an answer whose signature somebody else has set are six, whatever modi-sign has signed meanwhile', async () => {
    const route = auditRoute(directory);
    const { seen } = await accepted(cast);
    await runAuditAccess(route, seen);
    await signed(seen);
    const answer = await runAuditResponse(route, signedAnswer());
    expect(answer.calls).toHaveLength(6);
    expect((await linesIn(directory)).at(-1)).toMatchObject({ members: { id: 'own-id', signature: 'h.p.s' } });
  });

  it('of any other answer are six, the last one to keep its token out of the logs', async () => {
    const memory = await runAuditResponse(auditRoute(directory), signedAnswer());
    expect(callsOf(memory)).toEqual([
      'kong.nginx.get_var sent_http_agid_jwt_signature',
      'kong.nginx.get_var kong_request_id',
      'kong.nginx.get_var http_x_modi_request_id',
      'kong.service.response.get_status',
      'kong.nginx.get_var sent_http_digest',
      'kong.log.set_serialize_value response.headers.agid-jwt-signature',
    ]);
    expect(memory.calls.at(-1)?.[2]).toBe('REDACTED');
  });

  it('where bodies are kept are one more each', async () => {
    const route = auditRoute(directory, { evidence: 'full' });
    const { seen } = await accepted(cast);
    expect(callsOf(await runAuditAccess(route, seen))).toContain('kong.request.get_raw_body');
    expect(callsOf(await runAuditResponse(route, signedAnswer()))).toContain('kong.service.response.get_raw_body');
  });

  it('without evidence are one, and none', async () => {
    const route = auditRoute(undefined, { evidence: 'none' });
    const { seen } = await accepted(cast);
    expect(callsOf(await runAuditAccess(route, seen))).toEqual(['kong.log.set_serialize_value modi.evidence']);
    expect(callsOf(await runAuditResponse(route, signedAnswer()))).toEqual([]);
  });
});

describe('durability before_response', () => {
  it('has the evidence on the disk when the phase is over', async () => {
    const { seen } = await accepted(cast);
    const memory = await runAuditAccess(auditRoute(directory), seen);
    expect(await told(directory)).toEqual(['material', KONG_ID]);
    expect(loggedAudit(memory)).toMatchObject({ organization: 'ente-di-esempio', evidence: 'integrity' });
    await runAuditResponse(auditRoute(directory), signedAnswer());
    expect(await told(directory)).toEqual(['material', KONG_ID, KONG_ID]);
  });

  it('refuses with 503 when the disk does not take it, in both phases, and tells why to the log alone', async () => {
    const route = auditRoute(join(directory, 'nowhere'));
    const { seen } = await accepted(cast);
    const request = await runAuditAccess(route, seen);
    const answer = await runAuditResponse(route, signedAnswer());
    for (const memory of [request, answer]) {
      expect(problemOf(memory)).toMatchObject({
        status: 503,
        code: 'MODI_EVIDENCE_UNAVAILABLE',
        instance: `urn:kong:request:${KONG_ID}`,
      });
      expect(memory.exited()?.headers['Retry-After']).toBeDefined();
      expect(JSON.stringify(problemOf(memory))).not.toContain('directory');
      expect(loggedAudit(memory)).toMatchObject({ outcome: 'refused', found: 'the directory is gone' });
    }
    expect(answer.exited()?.headers).toMatchObject({ Digest: [], 'Agid-JWT-Signature': [], 'Set-Cookie': [] });
  });

  it('makes the record of a refused request say so, and blanks there what must not be told', async () => {
    const route = auditRoute(join(directory, 'nowhere'), { redact: ['client_ip', 'modi.authorization.sub'] });
    const { seen } = await accepted(cast);
    const { calls } = await runAuditAccess(route, seen);
    const written = calls.filter(([method]) => method === 'kong.log.set_serialize_value').map((call) => call.slice(1));
    expect(written.slice(1)).toEqual([
      ['modi.outcome', 'refused'],
      ['modi.code', 'MODI_EVIDENCE_UNAVAILABLE'],
      ['modi.status', 503],
      ['client_ip', 'REDACTED'],
      ['modi.authorization.sub', 'REDACTED'],
    ]);
  });

  it('makes the record of a request say failed when its answer is refused, for calls that only then are made', async () => {
    const failing = await runAuditResponse(auditRoute(join(directory, 'nowhere')), signedAnswer());
    const written = failing.calls.filter(([method]) => method === 'kong.log.set_serialize_value');
    expect(written.map((call) => call.slice(1))).toEqual([
      [
        'modi.evidence',
        expect.objectContaining({ outcome: 'refused', phase: 'response', code: 'MODI_EVIDENCE_UNAVAILABLE' }),
      ],
      ['modi.outcome', 'failed'],
      ['modi.code', 'MODI_EVIDENCE_UNAVAILABLE'],
      ['modi.status', 503],
    ]);
    const kept = await runAuditResponse(auditRoute(directory), signedAnswer());
    expect(callsOf(kept).filter((call) => String(call).includes('serialize_value modi'))).toEqual([]);
  });

  it('refuses in the words of another product where that is asked for, in both phases', async () => {
    const route = auditRoute(join(directory, 'nowhere'), { compat: 'govway' });
    const { seen } = await accepted(cast);
    for (const memory of [await runAuditAccess(route, seen), await runAuditResponse(route, signedAnswer())]) {
      expect(memory.exited()).toMatchObject({
        status: 503,
        headers: { 'GovWay-Transaction-ErrorType': 'APIUnavailable', 'GovWay-Transaction-ID': KONG_ID },
      });
      expect(problemOf(memory)).toMatchObject({ title: 'APIUnavailable', code: 'MODI_EVIDENCE_UNAVAILABLE' });
    }
  });

  it('logs the status that was answered, where the other product has another one', async () => {
    const memory = await runAuditAccess(auditRoute(directory, { evidence: 'full', compat: 'govway' }), {
      ...(await accepted(cast)).seen,
      body: new Error('gone'),
    });
    expect(memory.exited()).toMatchObject({ status: 503 });
    expect(problemOf(memory)).toMatchObject({ status: 503, title: 'APIUnavailable', code: 'MODI_BODY_UNREADABLE' });
    expect(loggedAudit(memory)).toMatchObject({ outcome: 'refused', status: 503 });
    expect(memory.calls).toContainEqual(['kong.log.set_serialize_value', 'modi.status', 503]);
  });

  it('refuses once the directory is gone', async () => {
    const route = auditRoute(directory);
    await runAuditAccess(route, (await accepted(cast)).seen);
    rmSync(directory, { recursive: true });
    expect(problemOf(await runAuditAccess(route, (await accepted(cast)).seen))).toMatchObject({ status: 503 });
  });

  it('refuses what modi-verify has left nothing of: another process, or not on the route', async () => {
    const { seen } = await accepted(cast);
    const route = auditRoute(directory);
    await runAuditAccess(route, seen);
    for (const request of [seen, { ...seen, shared: new Map() }]) {
      expect(problemOf(await runAuditAccess(route, request))).toMatchObject({
        status: 503,
        code: 'MODI_EVIDENCE_INCOMPLETE',
      });
    }
  });

  it('refuses a body that cannot be read where bodies are kept', async () => {
    const { seen } = await accepted(cast);
    const memory = await runAuditAccess(auditRoute(directory, { evidence: 'full' }), {
      ...seen,
      body: new Error('gone'),
    });
    expect(problemOf(memory)).toMatchObject({ status: 500, code: 'MODI_BODY_UNREADABLE' });
  });
});

describe('durability async', () => {
  it('lets the call go on whatever the disk does', async () => {
    const route = auditRoute(join(directory, 'nowhere'), { durability: 'async' });
    const memory = await runAuditAccess(route, (await accepted(cast)).seen);
    const answer = await runAuditResponse(route, signedAnswer());
    expect([memory.exited(), answer.exited()]).toEqual([undefined, undefined]);
    await closeEvidence();
    expect(existsSync(directory)).toBe(false);
  });

  it('writes what it has, and says when that is not all', async () => {
    const route = auditRoute(directory, { durability: 'async', max_queue_size: 65_536 });
    await runAuditAccess(route, (await accepted(cast)).seen);
    await runAuditAccess(route, { vars: { kong_request_id: 'other' } });
    await closeEvidence();
    expect(await told(directory)).toEqual(['material', KONG_ID, 'other']);
    expect((await linesIn(directory)).at(-1)).toMatchObject({ members: { incomplete: true } });
  });
});

describe('redact', () => {
  it('blanks the named fields of Kong’s record, and makes up no header', async () => {
    const paths = ['client_ip', 'request.headers.x-user', 'request.headers.x-none', 'modi.authorization.sub'];
    const { seen } = await accepted(cast, { wire: { 'x-user': 'RSSMRA' } });
    const { calls } = await runAuditAccess(auditRoute(directory, { redact: paths }), seen);
    const blanked = calls.filter(([, , value]) => value === 'REDACTED').map(([, key]) => key);
    expect(blanked).toEqual(['client_ip', 'request.headers.x-user', 'modi.authorization.sub']);
  });

  it.each([
    'request.id',
    'modi',
    'modi.client.x',
    'modi.evidence',
    'started_at',
    'request.headers.a.b',
    'route.id',
    '',
  ])('refuses "%s", which would break or blind the record', (path) => {
    expect(() => auditRoute(directory, { redact: [path] })).toThrow(/config\.redact\[1\]/);
  });
});

describe('the configuration', () => {
  it('needs a directory for evidence, and a public key that is one', () => {
    expect(() => auditRoute(undefined)).toThrow(/config\.directory: evidence "integrity" needs a directory/);
    expect(() => auditRoute(directory, { encryption: { key: '{"kty":"oct","k":"AAAA"}' } })).toThrow(
      /config\.encryption\.key/,
    );
  });
});
