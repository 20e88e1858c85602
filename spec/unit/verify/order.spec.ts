import { describe, expect, it } from 'vitest';
import type { Check, Policy } from '../../../plugins/core/verify';
import { allChecks, audit, checksOf, PDND } from '../../support/verdicts/all-checks';

const idsOf = (checks: readonly Check[]): string =>
  checks.map(({ id, token }) => (token === undefined ? id : `${id}/${token}`)).join(' ');

const by = (kind: string, ids: string): string =>
  ids
    .split(' ')
    .map((id) => `${id}/${kind}`)
    .join(' ');

const CERTIFICATE = 'form jose key-reference certificate revocation signature claims times audience jti';
const PARTICIPANT = 'form kid-header participant-key signature claims times audience jti same-client same-purpose';
const CALLER = `channel authorization/ID_AUTH ${by('ID_AUTH', CERTIFICATE)}`;
const VOUCHER = `channel ${by('VOUCHER', 'voucher-header form kid-header voucher-key signature claims voucher-issuer times audience voucher-client voucher-eservice voucher-binding')}`;
const PROOF = by(
  'DPOP',
  'dpop-header form dpop-key signature dpop-claims dpop-request dpop-token dpop-age dpop-binding',
);
const PRESENCE = 'whole-representation digest-header signature-header/INTEGRITY';

describe('the order of the checks', () => {
  it.each<[string, Partial<Policy>, string]>([
    ['ID_AUTH_REST', {}, CALLER],
    [
      'INTEGRITY_REST_01',
      { integrity: 'INTEGRITY_REST_01' },
      `${CALLER} ${PRESENCE} ${by('INTEGRITY', `${CERTIFICATE} same-signer`)} signed-headers/INTEGRITY`,
    ],
    [
      'AUDIT_REST_01',
      audit('AUDIT_REST_01'),
      `${CALLER} tracking-header/AUDIT ${by('AUDIT', `${CERTIFICATE} same-signer audit-claims`)}`,
    ],
    ['a voucher and its proof', PDND, `${VOUCHER} ${PROOF}`],
    [
      'INTEGRITY_REST_01 beside a voucher',
      { ...PDND, integrity: 'INTEGRITY_REST_01' },
      `${VOUCHER} ${PROOF} ${PRESENCE} ${by('INTEGRITY', `${CERTIFICATE} same-client same-purpose signed-headers`)}`,
    ],
    [
      'AUDIT_REST_02 and INTEGRITY_REST_02',
      { ...PDND, ...audit('AUDIT_REST_02'), integrity: 'INTEGRITY_REST_02' },
      [
        `${VOUCHER} ${PROOF} tracking-header/AUDIT ${by('AUDIT', `${PARTICIPANT} dnonce audit-claims audit-digest`)}`,
        `${PRESENCE} ${by('INTEGRITY', `${PARTICIPANT} signed-headers`)}`,
      ].join(' '),
    ],
  ])('of %s', (_, policy, ids) => {
    expect(idsOf(checksOf(policy)('tokens'))).toBe(ids);
  });

  it('of a bearer voucher is that of the voucher', () => {
    expect(idsOf(checksOf(PDND, [], 'Bearer')('tokens'))).toBe(VOUCHER);
  });

  it('of tokens that may be absent, and are', () => {
    const policy: Partial<Policy> = { ...audit('AUDIT_REST_02'), integrity: 'INTEGRITY_REST_01' };
    expect(idsOf(checksOf(policy, [])('tokens'))).toBe(`${CALLER} tracking-header/AUDIT ${PRESENCE}`);
  });

  it('of body and party', () => {
    expect(idsOf(checksOf({})('body'))).toBe('');
    expect(idsOf(checksOf({ integrity: 'INTEGRITY_REST_01' })('body'))).toBe('payload digest');
    expect(idsOf(checksOf({})('party'))).toBe('caller channel-party identity claim-rules');
  });
});

const TITLES = `
channel: client certificate of the channel, certificato client del canale
authorization: Authorization header, intestazione Authorization
form: form, forma
jose: JOSE header, header JOSE
key-reference: key reference, riferimento alla chiave
certificate: certificate, certificato
revocation: revocation, revoca
signature: signature, firma
claims: claims, claim
times: times, tempi
audience: audience, audience
jti: jti, jti
whole-representation: whole representation, rappresentazione intera
digest-header: Digest header, intestazione Digest
signature-header: Agid-JWT-Signature header, intestazione Agid-JWT-Signature
same-signer: same signer, stesso firmatario
signed-headers: signed headers, intestazioni firmate
payload: what the body requires, cosa richiede il corpo
digest: digest of the body, digest del corpo
caller: caller admitted, chiamante ammesso
channel-party: channel and token, canale e token
identity: identity, identità
claim-rules: authorization by claims, autorizzazione sui claim
voucher-header: Authorization header, intestazione Authorization
kid-header: JOSE header, header JOSE
voucher-key: key of the platform, chiave della piattaforma
voucher-issuer: issuer, emittente
voucher-client: client and purpose, client e finalità
voucher-eservice: e-service, e-service
voucher-binding: bound to a key?, vincolato a una chiave?
dpop-header: DPoP header, intestazione DPoP
dpop-key: JOSE header and key, header JOSE e chiave
dpop-claims: claims, claim
dpop-request: method and URI, metodo e URI
dpop-token: voucher of the proof, voucher della prova
dpop-age: age, età
dpop-binding: key of the voucher, chiave del voucher
tracking-header: Agid-JWT-TrackingEvidence header, intestazione Agid-JWT-TrackingEvidence
participant-key: key of the participant, chiave del partecipante
same-client: same client, stesso client
same-purpose: same purpose, stessa finalità
dnonce: dnonce, dnonce
audit-claims: tracked data, dati tracciati
audit-digest: voucher and audit token, voucher e token di audit
answer-signature-header: Agid-JWT-Signature header, intestazione Agid-JWT-Signature
answer-whole-representation: whole representation, rappresentazione intera
request-digest: request_digest, request_digest
answer-payload: what the body requires, cosa richiede il corpo
digest: digest of the body, digest del corpo
`;

describe('what the checks are called', () => {
  it('in both languages', () => {
    const lines = [...allChecks().values()].map(({ id, title: { en, it } }) => `${id}: ${en}, ${it}`);
    expect(`\n${lines.join('\n')}\n`).toBe(TITLES);
  });
});
