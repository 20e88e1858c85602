import type { RequestListener } from 'node:http';
import { listening } from './http-server';
import { serverIdentity } from './tls-files';

/** A server of https on localhost, with a certificate of the mock PKI's root. Answers its address, without path. */
export const httpsHost = async (answer: RequestListener): Promise<string> =>
  `https://localhost:${await listening(answer, await serverIdentity())}`;
