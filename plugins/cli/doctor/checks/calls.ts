import { fail, ok, same, warn, type Finding } from '../../checklist';
import type { Facts, UnsignedCall } from '../facts';
import { say } from './words';

/** What an unsigned call was answered: on a ModI route the only right answer is a refusal with a code of ours. */
export const checkCalls = ({ calls }: Facts): readonly Finding[] => calls.map(judge);

function judge({ url, status, code, message }: UnsignedCall): Finding {
  const got = [String(status), code ?? message].filter((word) => word !== undefined).join(' ');
  const found = same(`${url}: ${got}`);
  const check = 'unsigned call';
  if (code?.startsWith('MODI_') === true && status < 500) return ok(check, found);
  if (code?.startsWith('MODI_') === true)
    return fail(
      check,
      found,
      say(
        `modi explain ${code}; the cause is in the log of the plugin server`,
        `modi explain ${code}; la causa è nel log del plugin server`,
      ),
    );
  if (status < 400)
    return fail(
      check,
      found,
      say(
        'let through: put modi-verify and the gate on this route',
        'passata: mettere modi-verify e il cancello sulla rotta',
      ),
    );
  if (status === 401)
    return fail(
      check,
      found,
      say(
        'the gate refuses: modi-verify is not on this route, or does not run',
        'rifiuta il cancello: modi-verify non è sulla rotta, o non gira',
      ),
    );
  if (status === 404)
    return warn(
      check,
      found,
      say(
        'no route, or the service’s own 404: give the URL of a ModI route',
        'nessuna rotta, o un 404 del servizio: indicare la URL di una rotta ModI',
      ),
    );
  if (status >= 500)
    return fail(
      check,
      found,
      say(
        'the plugin server or the service does not answer: look into the error log',
        "il plugin server o il servizio non risponde: guardare l'error log",
      ),
    );
  return warn(
    check,
    found,
    say('not an answer of ours: another plugin came first', 'non è una risposta nostra: è intervenuto un altro plugin'),
  );
}
