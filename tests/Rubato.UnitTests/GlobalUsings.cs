global using Rubato.Testing.Faults;
