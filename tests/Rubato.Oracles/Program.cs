return args is ["soak", ..] ? await Rubato.Oracles.SoakCommand.RunAsync(args[1..]) : Rubato.Oracles.OracleCommand.Run(args);
