/** Where the bridge stands. */
export interface Place {
  /** Path of the Unix socket. */
  socket: string
  /** Path of the secret’s file; the socket gets its group. */
  secretFile: string
}

/** `billtech.bridge_socket` and `billtech.bridge_secret_file`, which the plugin in LMS reads too. */
export function placeOf(settings: { bridgeSocket: string; bridgeSecretFile: string }): Place {
  return { socket: settings.bridgeSocket, secretFile: settings.bridgeSecretFile }
}
