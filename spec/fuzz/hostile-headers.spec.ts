import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeCast, type Cast } from '../support/corpus';
import { makeRequest } from '../support/requests';
import { NOW, problemOf, runAccess, verifyRoute } from '../support/verify-route';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 200);

let cast: Cast;
beforeAll(async () => {
  cast = await makeCast();
});

const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array).toString('latin1'));
const json = fc.jsonValue();
const both = { patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'], digest_encodings: ['base64', 'hex'] };

describe('whatever a stranger sends', () => {
  it('in the headers we read is refused with a code of the table, never accepted and never an accident', async () => {
    const names = [
      'authorization',
      'agid-jwt-signature',
      'digest',
      'content-type',
      'content-length',
      'accept-language',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom(...names), fc.oneof(bytes, fc.array(bytes, { minLength: 1, maxLength: 3 }))),
        async (headers) => {
          const memory = await runAccess(verifyRoute(cast, both), { headers, body: Buffer.from('x') });
          expect(problemOf(memory)['code']).toMatch(/^MODI_/);
          expect(memory.exited()?.status).toBeLessThan(500);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('as any JSON in header and payload, signed by a trusted key, is judged without an accident', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom('alg', 'typ', 'x5c', 'x5t#S256', 'crit', 'kid', 'jwk', 'b64'), json),
        fc.dictionary(
          fc.constantFrom('iat', 'exp', 'nbf', 'aud', 'iss', 'sub', 'jti', 'client_id', 'signed_headers'),
          json,
        ),
        async (header, claims) => {
          const request = makeRequest({ now: NOW, party: cast.ec, integrity: true, signature: { header, claims } });
          const memory = await runAccess(verifyRoute(cast, both), request);
          const status = memory.exited()?.status ?? 200;
          expect([200, 400, 409, 431]).toContain(status);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('as a change of one byte in a signed request is never accepted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('authorization', 'agid-jwt-signature', 'digest', 'content-type', 'body'),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (where, position, mask) => {
          const request = makeRequest({ now: NOW, party: cast.ec, integrity: true });
          const source = where === 'body' ? request.body : Buffer.from(String(request.headers[where]), 'latin1');
          const bent = Buffer.from(source);
          const at = position % bent.length;
          bent[at] = (bent[at] ?? 0) ^ mask;
          const changed =
            where === 'body'
              ? { ...request, body: bent }
              : { ...request, headers: { ...request.headers, [where]: bent.toString('latin1') } };
          if (sameByCase(where, at, source, bent)) return;
          const memory = await runAccess(verifyRoute(cast, both), changed);
          expect(problemOf(memory)['code']).toMatch(/^MODI_/);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

/** The scheme, a digest's algorithm and a media type have no case: another case there is no change. */
function sameByCase(where: string, at: number, one: Buffer, other: Buffer): boolean {
  const caseless = { authorization: 7, digest: 8, 'content-type': Infinity }[where] ?? 0;
  return at < caseless && one.toString('latin1').toLowerCase() === other.toString('latin1').toLowerCase();
}
