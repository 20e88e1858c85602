import { ORGANIZATION, type MockPki } from '../pki';
import { CONSTRAINT, MALFORMED, refused, UNTRUSTED, type ChainCase } from './chain-case';
import { childrenOf, element, resigned, resignedAs, sequence } from './der';

/** What a good certificate becomes when somebody edits it. */
export async function forged(pki: MockPki): Promise<ChainCase[]> {
  const good = pki.leaf('ec');
  const issuer = pki.intermediate.der;
  const stolen = replaced(good.der, ORGANIZATION, ORGANIZATION.replace(/0$/, '1'));
  const otherAlgorithm = replaced(good.der, ECDSA_WITH_SHA256, ECDSA_WITH_SHA224);
  const reencoded = resigned(good.der, pki.intermediate.privateKey, (tbs) =>
    tbs.map((part, index) => (index === ISSUER ? inUtf8(part) : part)),
  );
  // A length in three octets where two are enough: BER, and its authority signed it.
  const notDer = resignedAs(good.der, pki.intermediate.privateKey, (tbs) =>
    Buffer.concat([Buffer.of(0x30, 0x83, 0), tbs.subarray(2)]),
  );
  return [
    refused('edited subject', UNTRUSTED, good, [stolen, issuer], { telling: 'not signed by the key of the trusted' }),
    refused('edited signature algorithm', UNTRUSTED, good, [otherAlgorithm, issuer]),
    refused('issuer in another encoding', CONSTRAINT, good, [reencoded, issuer], {
      telling: 'another encoding',
      opensslDiffers: 'it folds names before comparing',
    }),
    refused('signed part that is not DER', CONSTRAINT, good, [notDer, issuer], {
      telling: 'cannot be read',
      opensslDiffers: 'it takes BER',
    }),
    ...malformed(good.der, issuer, good),
  ];
}

function malformed(der: Buffer, issuer: Buffer, good: Pick<ChainCase, 'privateKey'>): ChainCase[] {
  const large = Buffer.alloc(16_385, 0x30);
  const pem = Buffer.from(`-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`);
  return [
    refused('bytes behind the certificate', MALFORMED, good, [Buffer.concat([der, Buffer.of(0)]), issuer]),
    refused('two certificates in one', MALFORMED, good, [Buffer.concat([der, issuer])]),
    refused('cut off', MALFORMED, good, [der.subarray(0, -1), issuer]),
    refused('PEM instead of DER', MALFORMED, good, [pem, issuer]),
    refused('no certificate at all', MALFORMED, good, [Buffer.from('certificate'), issuer]),
    refused('no bytes', MALFORMED, good, [Buffer.alloc(0)]),
    refused('garbage behind a good signer', MALFORMED, good, [der, issuer, Buffer.of(0x30, 0)], {
      telling: 'certificate 3',
    }),
    refused('larger than the limit', MALFORMED, good, [large, issuer], { telling: '16384' }),
    refused('empty x5c', MALFORMED, good, [], { telling: 'empty' }),
  ];
}

const ISSUER = 3;
const ECDSA_WITH_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex').toString('latin1');
const ECDSA_WITH_SHA224 = Buffer.from('06082a8648ce3d040301', 'hex').toString('latin1');

const replaced = (der: Buffer, from: string, to: string): Buffer =>
  Buffer.from(der.toString('latin1').replaceAll(from, to), 'latin1');

/** The same Name with its letters in UTF8String: prints alike, is other DER. */
function inUtf8(name: Buffer): Buffer {
  return sequence(
    ...childrenOf(name).map((set) => {
      const [oid, value] = childrenOf(childrenOf(set)[0]!) as [Buffer, Buffer];
      return element(0x31, sequence(oid, element(0x0c, value.subarray(2))));
    }),
  );
}
