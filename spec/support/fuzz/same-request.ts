import { TOKEN_HEADERS, type GoodRequest, type TokenHeader, type World } from './requests';

/** What goes with a signature over headers. */
interface Covered {
  readonly digest: string;
  readonly contentType: string;
  readonly body: Buffer;
}

const one = ({ request }: GoodRequest, name: string): string | undefined => {
  const values = [request.headers[name] ?? []].flat();
  return values.length === 1 ? values[0] : undefined;
};
const isAbsent = ({ request }: GoodRequest, name: string): boolean => request.headers[name] === undefined;

/** The compact JWS in a header: without the scheme, and without the blanks around it, which belong to the header. */
function tokenIn(good: GoodRequest, header: TokenHeader): string | undefined {
  const value = one(good, header);
  return (header === 'authorization' ? value?.replace(/^(bearer|dpop) /i, '') : value)?.trim();
}

/**
 * Knows the good requests, and tells whether another says the very same. Every token must be one of theirs to the
 * letter: the exact text of header, payload and signature. A signature over headers must stand beside the very Digest
 * and body it was made for, and a Content-Type of the same meaning. What is neither judged nor signed may be anything.
 */
export class SameRequest {
  /** By header and by who vouches: a token that is good on one route is good on another that trusts the same. */
  private readonly tokens = new Map<string, Set<string>>();
  /** What each route looks at. */
  private readonly judged = new Set<string>();
  private readonly covered = new Map<string, Covered>();

  constructor({ good }: World) {
    for (const request of good) {
      for (const header of TOKEN_HEADERS) {
        const token = tokenIn(request, header);
        if (token === undefined) continue;
        this.judged.add(`${request.route} ${header}`);
        this.tokensOf(request.route, header).add(token);
      }
      const signature = tokenIn(request, 'agid-jwt-signature');
      const [digest, type] = [one(request, 'digest'), one(request, 'content-type')];
      if (signature === undefined || digest === undefined || type === undefined) continue;
      this.covered.set(signature, { digest, contentType: meaningOf(type), body: request.request.body });
    }
  }

  /** `but`: a token that is judged otherwise. */
  says(request: GoodRequest, but?: TokenHeader): boolean {
    return (
      TOKEN_HEADERS.every((header) => header === but || this.isGood(request, header)) && this.isCovered(request, but)
    );
  }

  private isGood(request: GoodRequest, header: TokenHeader): boolean {
    if (!this.isJudged(request, header)) return true;
    return this.tokensOf(request.route, header).has(tokenIn(request, header) ?? '');
  }

  private isCovered(request: GoodRequest, but: TokenHeader | undefined): boolean {
    if (!this.isJudged(request, 'agid-jwt-signature')) return true;
    const { body } = request.request;
    const [digest, type] = [one(request, 'digest'), one(request, 'content-type')];
    if (digest === undefined || type === undefined) return false;
    const signature = tokenIn(request, 'agid-jwt-signature') ?? '';
    const expected = but === 'agid-jwt-signature' ? this.byDigest(digest) : this.covered.get(signature);
    if (expected === undefined) return false;
    return digest === expected.digest && meaningOf(type) === expected.contentType && body.equals(expected.body);
  }

  private isJudged(request: GoodRequest, header: TokenHeader): boolean {
    if (header === 'agid-jwt-signature' && saysNothing(request)) return false;
    return this.judged.has(`${request.route} ${header}`);
  }

  private byDigest(digest: string): Covered | undefined {
    return [...this.covered.values()].find((covered) => covered.digest === digest);
  }

  private tokensOf(route: string, header: TokenHeader): Set<string> {
    const key = `${route.startsWith('p-') ? 'platform' : 'certificates'} ${header}`;
    const known = this.tokens.get(key) ?? new Set();
    this.tokens.set(key, known);
    return known;
  }
}

/** A request without body, digest and signature: the patterns let it go without one. */
const saysNothing = (request: GoodRequest): boolean =>
  request.request.body.length === 0 && isAbsent(request, 'digest') && isAbsent(request, 'agid-jwt-signature');

/** RFC 9110 8.3: no case in type, names and charset, no meaning in blanks and quotes. Ours have no other parameters. */
const meaningOf = (contentType: string): string =>
  contentType
    .toLowerCase()
    .replaceAll(/[\t "]/g, '')
    .replace(/;+$/, '');
