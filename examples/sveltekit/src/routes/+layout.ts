// All of it is links and forms: no page needs a script.
export const csr = false;
