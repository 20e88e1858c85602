import { compileCatalogue, writeKongYml } from '../../service-catalogue';
import { writeText } from '../check/write';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';
import type { Values } from '../shell/values';
import { loadCatalogue } from './load';

/** `modi catalogue build` */
export async function buildCatalogue(values: Values, context: Context): Promise<number> {
  const { catalogue, day } = await loadCatalogue(values, context);
  const heading = `Made by modi catalogue build from the catalogue of ${catalogue.provider.name}, agreements of ${day}.\nDo not edit: change the catalogue and build again.`;
  const text = writeKongYml(compileCatalogue(catalogue, day), heading);
  const out = values.string('out');
  if (out === undefined) context.host.stdout.write(text);
  else {
    writeText(out, text, context);
    const { services, organisations, agreements } = catalogue;
    context.print(
      context.text({
        en: `written ${out}: ${services.length} services, ${organisations.length} organisations, ${agreements.length} agreements`,
        it: `scritto ${out}: ${services.length} servizi, ${organisations.length} organizzazioni, ${agreements.length} accordi`,
      }),
    );
  }
  return EXIT.ok;
}
