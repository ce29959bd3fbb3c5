/// See the module.
package dev.anteroom.remedy;
