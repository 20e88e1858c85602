import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { toByteString } from './byte-strings';

/** The client's certificate in nginx's forms. */
interface ClientCertificate {
  readonly pem: string;
  /** RFC 2253. */
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  /** SHA-1, hex. */
  readonly fingerprint: string;
}

/** What nginx's ssl_* variables say of a TLS connection. */
export interface TlsClient {
  readonly protocol: string;
  readonly cipher: string;
  readonly serverName: string | undefined;
  /** NONE, SUCCESS, or FAILED:reason. */
  readonly verify: string;
  readonly certificate: ClientCertificate | undefined;
}

const known = new WeakMap<TLSSocket, TlsClient>();

/** Reads a connection once; undefined when it is not TLS. */
export function tlsClient(socket: TLSSocket | undefined): TlsClient | undefined {
  if (socket === undefined) return undefined;
  const found = known.get(socket) ?? readClient(socket);
  known.set(socket, found);
  return found;
}

function readClient(socket: TLSSocket): TlsClient {
  const raw = socket.getPeerCertificate().raw as Buffer | undefined;
  const { servername } = socket as TLSSocket & { servername?: string | false };
  return {
    protocol: socket.getProtocol() ?? '',
    cipher: socket.getCipher().standardName,
    serverName: typeof servername === 'string' ? servername : undefined,
    verify: raw === undefined ? 'NONE' : verdict(socket),
    certificate: raw === undefined ? undefined : readCertificate(raw),
  };
}

/** OpenSSL's sentences, as nginx repeats them. */
const REASONS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'self-signed certificate in certificate chain',
  UNABLE_TO_GET_ISSUER_CERT: 'unable to get issuer certificate',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'unable to get local issuer certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unable to verify the first certificate',
  CERT_HAS_EXPIRED: 'certificate has expired',
  CERT_NOT_YET_VALID: 'certificate is not yet valid',
};

function verdict(socket: TLSSocket): string {
  if (socket.authorized) return 'SUCCESS';
  const code = String(socket.authorizationError);
  return `FAILED:${REASONS[code] ?? code}`;
}

function readCertificate(der: Buffer): ClientCertificate {
  const certificate = new X509Certificate(der);
  return {
    pem: certificate.toString(),
    subject: rfc2253(certificate.subject),
    issuer: rfc2253(certificate.issuer),
    serial: certificate.serialNumber,
    fingerprint: certificate.fingerprint.replaceAll(':', '').toLowerCase(),
  };
}

/**
 * Node prints a name one attribute a line, outermost first, special characters escaped. RFC 2253 wants commas and the
 * innermost first; nginx also escapes every byte that is not ASCII.
 */
function rfc2253(name: string): string {
  return toByteString(name.split('\n').reverse().join(',')).replace(
    /[\x80-\xff]/g,
    (byte) => `\\${byte.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
