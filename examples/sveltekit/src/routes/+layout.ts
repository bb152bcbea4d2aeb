// Pages are links and forms only, so none needs a script.
export const csr = false;
