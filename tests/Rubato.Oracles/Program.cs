return Rubato.Oracles.OracleCommand.Run(args);
