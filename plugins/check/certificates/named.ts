import type { Plugin } from '../entities';
import type { NamedCertificate } from '../file';
import { placedSources } from './gather';
import { read } from './read';

/**
 * The certificates that plugins name, in whatever form, as far as they are on this machine. What cannot be read is told by
 * the plugin that needs it.
 */
export async function certificatesNamedBy(plugins: readonly Plugin[], home: string): Promise<NamedCertificate[]> {
  const found: NamedCertificate[] = [];
  for (const { at, source } of plugins.flatMap((plugin) => placedSources(plugin, home))) {
    if (source === undefined || 'url' in source.place) continue;
    for (const { things } of await read(source)) {
      found.push(...things.certificates.map(({ subject, notAfter }) => ({ at, subject, notAfter })));
    }
  }
  return found;
}
