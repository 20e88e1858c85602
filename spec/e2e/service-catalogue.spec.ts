import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { knownPlugins } from '../../plugins/check';
import { startGateway } from '../../plugins/dev';
import { compileCatalogue, readCatalogue, writeKongYml } from '../../plugins/service-catalogue';
import { largeCatalogue } from '../support/catalogue';
import { LogCollector } from '../support/embedded-gateway';
import { send, startEcho } from '../support/http';
import { mockPki, type MockPki, type MockSigner } from '../support/pki';
import { makeRequest } from '../support/requests';
import { tempFolder } from '../support/temp';

let pki: MockPki;
beforeAll(async () => {
  pki = await mockPki();
});

const kongYml = async (texts: readonly string[]): Promise<string> => {
  const files = texts.map((text, index) => ({ name: `${index}.yaml`, path: `/nowhere/${index}.yaml`, text }));
  return writeKongYml(compileCatalogue(readCatalogue(files, (await knownPlugins()).schemas), '2026-11-23'), 'made');
};

async function run(text: string): Promise<string> {
  const gateway = await startGateway({
    configFile: { name: 'kong.yml', text },
    listen: [{ host: '127.0.0.1', port: 0 }],
    logger: new LogCollector(),
  });
  onTestFinished(() => gateway.close());
  return gateway.url;
}

const organisation = (identity: string): Promise<MockSigner> => pki.issue({ subject: `CN=x, 2.5.4.97=${identity}` });

describe('the kong.yml of a catalogue, on a gateway', () => {
  it('lets in who has an agreement, for what it agreed, as often as it agreed', async () => {
    const [echo, anchor] = [await startEcho(), join(tempFolder(), 'ca.pem')];
    onTestFinished(echo.close);
    writeFileSync(anchor, pki.anchorPem);
    const url = await run(
      await kongYml([
        `catalogue: 1
provider: { name: E, base_url: 'http://127.0.0.1', verify: { trust: { anchors: [${anchor}] } } }
organisations:
  - { id: comune, name: Comune, identity: 'CF:IT-1' }
  - { id: regione, name: Regione, identity: 'CF:IT-2' }
  - { id: altro, name: Altro, identity: 'CF:IT-3' }
services:
  - { name: anagrafe, url: '${echo.url}', path: /anagrafe, patterns: [ID_AUTH_REST_02], limits: { hour: 1 } }
  - { name: avvisi, url: '${echo.url}', path: /avvisi, patterns: [ID_AUTH_REST_02] }
agreements:
  - { organisation: comune, service: anagrafe, limits: { hour: 2 } }
  - { organisation: regione, service: anagrafe }
  - { organisation: regione, service: avvisi }
`,
      ]),
    );
    const call = async (party: MockSigner, path: string): Promise<readonly [number, unknown]> => {
      const claims = { aud: `http://127.0.0.1${path}` };
      const request = makeRequest({ now: Math.floor(Date.now() / 1000), party, integrity: false, idAuth: { claims } });
      const answer = await send(url + path, request);
      return [answer.status, answer.status === 200 ? undefined : (answer.json()['code'] ?? answer.json()['message'])];
    };
    const [comune, regione, altro] = await Promise.all(['CF:IT-1', 'CF:IT-2', 'CF:IT-3'].map(organisation));
    expect(await call(comune!, '/anagrafe')).toEqual([200, undefined]);
    expect(await call(comune!, '/anagrafe')).toEqual([200, undefined]);
    expect((await call(comune!, '/anagrafe'))[0]).toBe(429);
    expect((await call(regione!, '/anagrafe'))[0]).toBe(200);
    expect((await call(regione!, '/anagrafe'))[0]).toBe(429);
    expect((await call(regione!, '/avvisi'))[0]).toBe(200);
    expect(await call(comune!, '/avvisi')).toEqual([403, 'You cannot consume this service']);
    expect(await call(altro!, '/avvisi')).toEqual([403, 'MODI_CONSUMER_UNKNOWN']);
    expect((await send(`${url}/avvisi`, { headers: {}, body: Buffer.alloc(0) })).status).toBe(401);
    expect(echo.requests()).toBe(4);
  });

  it('starts at full size', async () => {
    const text = await kongYml(largeCatalogue({ services: 200, organisations: 300, agreements: 2000 }));
    const url = await run(text.replaceAll('protocols: [https]', 'protocols: [http]'));
    const { status } = await send(`${url}/rest/servizio-199/v1/x`, { headers: {}, body: Buffer.alloc(0) });
    // The anchors of the file are on another machine: the route fails closed.
    expect(status).toBe(500);
  });
});
