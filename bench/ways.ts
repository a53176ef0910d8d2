/** Names of ways to check what a viewer shows, as far as others are compared with them. */
export const CRYPTO = 'crypto.verify, imported key';
export const JOSE = 'jose.jwtVerify, imported key';
export const OURS = ['ours, through signing/', 'ours, whole handler'] as const;
