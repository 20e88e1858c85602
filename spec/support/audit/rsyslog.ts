import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { freePort } from '../free-port';
import { tempFolder } from '../temp';
import type { TlsIdentity } from '../tls-files';

/** True where there is no rsyslog with TLS; the reason is printed. */
export function skipWithoutRsyslog(suite: string): boolean {
  try {
    execFileSync('rsyslogd', ['-v'], { stdio: 'ignore' });
    return false;
  } catch {
    process.stderr.write(
      `skipped: ${suite}: no rsyslogd on PATH (apt-get install rsyslog rsyslog-openssl rsyslog-gnutls)\n`,
    );
    return true;
  }
}

export interface Rsyslog {
  readonly port: number;
  /** What it has written, one line for each message: id of the structured data, then the text. */
  lines(): string[];
  crash(): Promise<void>;
}

interface Start {
  readonly driver: 'ossl' | 'gtls';
  readonly server: TlsIdentity;
  readonly ca: string;
  readonly folder?: string;
  readonly port?: number;
}

/** A real rsyslog that takes TLS alone and writes what it gets to a file, gone when the test is over. */
export async function startRsyslog({ driver, server, ca, folder = tempFolder(), port }: Start): Promise<Rsyslog> {
  const at = port ?? (await freePort());
  const path = (name: string): string => join(folder, name);
  writeFileSync(path('ca.pem'), ca);
  writeFileSync(path('cert.pem'), server.cert);
  writeFileSync(path('key.pem'), server.key);
  writeFileSync(
    path('rsyslog.conf'),
    `global(workDirectory="${folder}" maxMessageSize="64k"
  defaultNetstreamDriverCAFile="${path('ca.pem')}"
  defaultNetstreamDriverCertFile="${path('cert.pem')}" defaultNetstreamDriverKeyFile="${path('key.pem')}")
template(name="line" type="string" string="%structured-data% %msg%\\n")
module(load="imtcp" streamDriver.name="${driver}" streamDriver.mode="1" streamDriver.authMode="anon")
input(type="imtcp" port="${at}" address="127.0.0.1")
action(type="omfile" file="${path('messages')}" template="line")
`,
  );
  const child = spawn('rsyslogd', ['-n', '-f', path('rsyslog.conf'), '-i', path('pid')], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const crash = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  onTestFinished(crash);
  await expect.poll(() => isListening(at), { timeout: 20_000, interval: 50 }).toBe(true);
  return {
    port: at,
    lines: () => (existsSync(path('messages')) ? readFileSync(path('messages'), 'utf8').split('\n').slice(0, -1) : []),
    crash,
  };
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
