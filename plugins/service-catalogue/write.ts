import { Document, isMap, isSeq, visit } from 'yaml';
import type { KongYml } from './compile';

/** The file as people read it: what is small stands on one line. */
export function writeKongYml(content: KongYml, heading: string): string {
  const document = new Document(content, { aliasDuplicateObjects: false });
  document.commentBefore = heading
    .split('\n')
    .map((line) => ` ${line}`)
    .join('\n');
  visit(document, {
    Seq: (_, node) => {
      node.flow = node.items.every((item) => !isMap(item) && !isSeq(item));
    },
  });
  return document.toString({ lineWidth: 0, singleQuote: true, flowCollectionPadding: false });
}
