/// What the running kernel tells about its listening sockets.
package dev.anteroom.kernel;
