/** A field of a CSV file (RFC 4180 2.6 and 2.7). */
export const csvField = (value: string | number): string => {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** The same for a name that others have chosen: a spreadsheet must not take it for a formula. */
export const csvName = (name: string): string => csvField(/^[=+\-@\t\r]/.test(name) ? `'${name}` : name);
