import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { PLUGIN_NAMES } from '../../plugins/runtime/registry';
import { tempFolder } from '../support/temp';
import * as complaints from './support/complaints';
import { loadPack, type Pack } from './support/kong-yml';
import { allPages, codeWords, parsePage, readPage, ROOT } from './support/pages';

const pages = allPages().map((page) => [page.name, page] as const);

let pack: Pack;
beforeAll(async () => {
  pack = await loadPack();
});

describe.each(pages)('%s', (_, page) => {
  it('links to what exists', () => {
    expect(complaints.wrongLinks(page)).toEqual([]);
  });

  it('has blocks that are tested', () => {
    expect(complaints.untestedBlocks(page)).toEqual([]);
  });

  it('names codes of the table only', () => {
    expect(complaints.unknownCodes(page)).toEqual([]);
  });

  it('names fields that some plugin has', () => {
    expect(complaints.unknownFields(page, pack.catalogue)).toEqual([]);
  });

  it('names scripts, commands and options that exist', async () => {
    expect(await complaints.unknownCommands(page)).toEqual([]);
  });

  it('calls tests as witnesses that are there', () => {
    expect(complaints.missingWitnesses(page)).toEqual([]);
  });
});

describe('README.md', () => {
  it('names every plugin of the pack and links to its page', () => {
    const links = complaints.linksOf(readPage('README.md')).map(({ target }) => target);
    for (const plugin of PLUGIN_NAMES) expect(links).toContain(`plugins/${plugin}/README.md`);
  });

  it('links to every page of docs', () => {
    const links = complaints.linksOf(readPage('README.md')).map(({ target }) => target);
    expect(links).toEqual(expect.arrayContaining(pages.map(([name]) => name).filter((name) => /^docs\//.test(name))));
  });
});

describe('the metrics', () => {
  it('of docs/operations.md are all that the plugin server has, and only those', async () => {
    const named = codeWords(readPage('docs/operations.md'))
      .flatMap(({ text }) => text.match(/\bmodi_[a-z_]+/g) ?? [])
      .map((name) => name.replace(/_(?:count|sum|bucket)$/, ''));
    const told = [...(await metricsOfServer()).matchAll(/^# HELP (\S+)/gm)].map(([, name = '']) => name);
    expect([...new Set(named)].toSorted()).toEqual(told.toSorted());
  });
});

async function metricsOfServer(): Promise<string> {
  const folder = tempFolder();
  const [socket, metrics] = [join(folder, 'modi.sock'), join(folder, 'metrics.sock')];
  const main = join(ROOT, 'dist/runtime/main.js');
  const server = spawn(process.execPath, [main, '--socket', socket, '--metrics', metrics], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void server.kill('SIGKILL'));
  let log = '';
  server.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  await expect.poll(() => log, { timeout: 20_000 }).toContain('listening');
  return new Promise((resolve, reject) => {
    request({ socketPath: metrics, path: '/metrics' }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => {
        resolve(text);
      });
    })
      .on('error', reject)
      .end();
  });
}

describe('these tests notice', () => {
  const lie = (markdown: string) => parsePage('README.md', markdown);

  it.each(['[x](docs/nowhere.md)', '[x](docs/errors.md#nowhere)', '[x](#nowhere)', '[x](plugins/modi-sing/README.md)'])(
    'the dead link %s',
    (link) => {
      expect(complaints.wrongLinks(lie(link))).toHaveLength(1);
    },
  );

  it.each(['bash', 'js', 'json', ''])('a block of "%s"', (language) => {
    expect(complaints.untestedBlocks(lie(`\`\`\`${language}\nx\n\`\`\``))).toHaveLength(1);
  });

  it.each(['`MODI_DIGEST_MISSMATCH`', '```text\nMODI_NOTHING\n```', '`CLI_NOTHING`'])('the code in %s', (text) => {
    expect(complaints.unknownCodes(lie(text))).toHaveLength(1);
  });

  it.each(['`config.clock_skews`', '`config.trust.anchor`', '`config.replay.max_entries.more`'])(
    'the field in %s',
    (text) => {
      expect(complaints.unknownFields(lie(text), pack.catalogue)).toHaveLength(1);
    },
  );

  it.each(['`npm run nothing`', '`npm ci && npm strat`', '`modi sing`', '`modi verify --explian`'])(
    'the command in %s',
    async (text) => {
      expect(await complaints.unknownCommands(lie(text))).toHaveLength(1);
    },
  );

  it('a witness that says something else', () => {
    const cited = '[kills](spec/soak/kills.spec.ts) “never answers 2xx” “never sleeps”';
    expect(complaints.missingWitnesses(lie(cited))).toEqual([expect.stringContaining('“never sleeps”')]);
  });

  it('none of that in a page that tells the truth', async () => {
    const page = lie(
      '[x](#so-it-is) `MODI_REPLAY` `config.trust.anchors` `npm run bench` `modi verify --all`\n# So it is',
    );
    const all = [
      ...complaints.wrongLinks(page),
      ...complaints.unknownCodes(page),
      ...complaints.unknownFields(page, pack.catalogue),
      ...(await complaints.unknownCommands(page)),
    ];
    expect(all).toEqual([]);
  });
});
