import { UserError } from '../../domain/errors.ts';
import { databaseEntry, saveDatabasePassword } from '../../secrets/database-password.ts';
import { openKeychain } from '../../secrets/keychain.ts';
import { type Command, EXIT_CHECK_FAILED, EXIT_DONE, textOption } from '../command.ts';
import { readStandardInput } from '../standard-input.ts';

export const databasePassword: Command = {
  name: 'database-password',
  summary: 'Checks, sets or deletes the password of a PostgreSQL server in the keychain.',
  usage: '--database URL [--set | --delete] [--json]',
  options: { database: { type: 'string' }, set: { type: 'boolean' }, delete: { type: 'boolean' } },
  async run(args, output) {
    const url = textOption(args, 'database') ?? process.env['PARALLAX_DATABASE'] ?? '';
    const entry = databaseEntry(url);
    const store = openKeychain();
    const [isSet, isDelete] = [args.values['set'] === true, args.values['delete'] === true];
    if (isSet && isDelete) {
      throw new UserError({
        code: 'bad-usage',
        field: '--set',
        message: 'and --delete are opposites',
        remedy: 'Give one of them, or none to check whether one is stored.',
      });
    }
    if (isDelete) {
      const wasThere = await store.delete(entry);
      output.result({ deleted: wasThere }, wasThere ? 'deleted from the keychain' : 'no password was stored');
      return EXIT_DONE;
    }
    if (isSet) {
      const text = await readStandardInput(output, 'The password on one line, then Ctrl+D:');
      await saveDatabasePassword(url, text, store);
      output.result({ stored: true }, `stored in the keychain as "${entry}"`);
      return EXIT_DONE;
    }
    const isStored = (await store.get(entry)) !== undefined;
    output.result({ stored: isStored }, isStored ? `stored as "${entry}"` : `no entry "${entry}"`);
    return isStored ? EXIT_DONE : EXIT_CHECK_FAILED;
  },
};
