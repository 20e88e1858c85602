import { createHash, verify } from 'node:crypto';
import { parseDigest } from '../digest';
import type { FetchAnswer } from '../fetch';
import { decodeBase64Url, decodeJsonPart, splitCompact, type CompactParts, type JsonObject } from '../token';
import type { SignerKey } from '../trust';
import { PlatformError } from './platform-error';

/** Tolerance between the platform's clock and ours, in seconds. */
const SKEW = 60;

export interface SignedAnswerTerms {
  /** iss of the API. */
  readonly issuer: string;
  readonly clientId: string;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** The signature of an answer of API v3, taken apart and not yet believed. */
export interface AnswerSignature {
  readonly text: string;
  readonly parts: CompactParts;
  readonly kid: string;
}

const fail = (problem: string, cause?: unknown): PlatformError =>
  new PlatformError(`the signature of the answer is not good: ${problem}`, { cause });

/** Finds the signature and whose key it names. @throws PlatformError. */
export function signatureOf({ headers }: FetchAnswer): AnswerSignature {
  const text = headers['agid-jwt-signature'];
  if (typeof text !== 'string') throw fail('there is none');
  const parts = splitCompact(text);
  if (typeof parts === 'string') throw fail(parts);
  const { typ, alg, kid, crit } = part(parts.header, 'header');
  if (typ !== 'at+jwt' && typ !== 'JWT') throw fail('another typ');
  if (alg !== 'RS256') throw fail('another alg than RS256');
  if (crit !== undefined || typeof kid !== 'string') throw fail('no kid, or crit');
  return { text, parts, kid };
}

/**
 * Verifies an answer of API v3: signature under the key of its kid, iss, times, our client, and the headers it signs,
 * the digest of the body among them.
 *
 * @throws PlatformError.
 */
export function verifyAnswer(
  answer: FetchAnswer,
  { text, parts }: AnswerSignature,
  key: SignerKey,
  terms: SignedAnswerTerms,
): void {
  const signature = decodeBase64Url(parts.signature);
  const signed = Buffer.from(text.slice(0, text.lastIndexOf('.')), 'latin1');
  if (key.type !== 'RSA' || signature === undefined || !verify('sha256', signed, key.key, signature)) {
    throw fail('it does not hold under the key of its kid');
  }
  const claims = part(parts.payload, 'payload');
  checkClaims(claims, terms);
  checkHeaders(claims['signed_headers'], answer);
}

function part(text: string, name: 'header' | 'payload'): JsonObject {
  const value = decodeJsonPart(text, name);
  if (typeof value === 'string') throw fail(value);
  return value;
}

function checkClaims({ iss, iat, exp, client_id: client }: JsonObject, { issuer, clientId, now }: SignedAnswerTerms) {
  if (iss !== issuer) throw fail('another iss');
  if (typeof iat !== 'number' || typeof exp !== 'number') throw fail('iat or exp is missing');
  if (iat > now + SKEW || exp < now - SKEW) throw fail('it is not of now');
  if (client !== undefined && client !== clientId) throw fail('it is for another client');
}

/** What must be signed whenever it is on the wire. */
const DUE = ['content-type', 'content-encoding'];

function checkHeaders(claim: unknown, { headers, body }: FetchAnswer): void {
  if (!Array.isArray(claim)) throw fail('signed_headers is missing');
  const signed = new Map<string, unknown>();
  for (const entry of claim as unknown[]) {
    if (typeof entry !== 'object' || entry === null) throw fail('signed_headers is malformed');
    for (const [name, value] of Object.entries(entry)) {
      if (signed.has(name.toLowerCase())) throw fail(`signed_headers names a header twice`);
      signed.set(name.toLowerCase(), value);
    }
  }
  for (const [name, value] of signed) {
    if (value !== headers[name]) throw fail('a signed header is not as it was signed');
  }
  const unsigned = DUE.find((name) => headers[name] !== undefined && !signed.has(name));
  if (unsigned !== undefined) throw fail(`${unsigned} is not signed`);
  checkDigest(signed.get('digest'), body);
}

function checkDigest(value: unknown, body: Buffer): void {
  const digest = typeof value === 'string' ? parseDigest(value) : undefined;
  if (digest === undefined || 'problem' in digest) throw fail('no digest is signed');
  const found = createHash(digest.algorithm.replace('-', '')).update(body).digest();
  if (!found.equals(digest.bytes)) throw fail('the body is not the one that was signed');
}
